package dev.conduit.synjitsu.layer8;

import java.util.Locale;
import java.util.regex.Pattern;

/** Names of hosts as they are compared. */
final class HostNames {

    private static final int LONGEST = 253;
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

    private HostNames() {}

    /** In lower case, without a dot at the end. */
    static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    static boolean isName(String normal) {
        return normal.length() <= LONGEST && NAME.matcher(normal).matches();
    }
}
