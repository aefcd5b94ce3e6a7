package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.PathRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A valid absolute path, or a special one such as {@code @releaseDomain}, cut into its names. Immutable. */
public final class Path {

    private static final String HOMES = "/local/domain/";
    private static final String[] NO_NAMES = {};
    private static final Path ROOT = new Path("/", NO_NAMES);

    private final String text;
    private final String[] names;

    private Path(String text, String[] names) {
        this.text = text;
        this.names = names;
    }

    /**
     * Reads a path as a client gives it.
     *
     * @param given absolute, relative to the domain's home, or special
     * @param domain whose home
     * @return the absolute path
     * @throws StoreError EINVAL
     */
    public static Path parse(String given, int domain) throws StoreError {
        if (PathRules.problem(given) != null) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        char first = given.charAt(0);
        return absolute(first == '/' || first == '@' ? given : home(domain) + "/" + given);
    }

    /**
     * Returns a domain's home.
     *
     * @param domain domain id
     * @return its absolute path
     */
    public static String home(int domain) {
        return HOMES + domain;
    }

    /** Cuts a path already known to be valid. */
    static Path absolute(String text) {
        if (text.length() == 1) {
            return ROOT;
        }
        List<String> names = new ArrayList<>(8);
        int from = text.charAt(0) == '/' ? 1 : 0;
        for (int slash = text.indexOf('/', from); slash >= 0; slash = text.indexOf('/', from)) {
            names.add(text.substring(from, slash));
            from = slash + 1;
        }
        names.add(text.substring(from));
        return new Path(text, names.toArray(NO_NAMES));
    }

    /**
     * Returns the absolute text.
     *
     * @return begins with a slash or {@code @}
     */
    public String text() {
        return text;
    }

    /** Whether this names an event of the server, not a node. */
    boolean special() {
        return text.charAt(0) == '@';
    }

    boolean root() {
        return names.length == 0;
    }

    /** Length of the last name in a valid path; 0 for the root. */
    static int lastNameLength(String text) {
        return text.length() - text.lastIndexOf('/') - 1;
    }

    int depth() {
        return names.length;
    }

    String name(int index) {
        return names[index];
    }

    Path parent() {
        if (names.length == 1) {
            return ROOT;
        }
        String last = names[names.length - 1];
        return new Path(text.substring(0, text.length() - last.length() - 1),
                Arrays.copyOf(names, names.length - 1));
    }

    /** The text of a node above with so many names, at least one; or of this node. */
    String text(int count) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += 1 + names[i].length();
        }
        return text.substring(0, length);
    }

    /** The text of a node below. */
    String childText(String name) {
        return root() ? "/" + name : text + "/" + name;
    }

    /** Length a quota counts: behind {@code /local/domain/<id>/}, else all of it. */
    int quotaLength() {
        if (text.startsWith(HOMES)) {
            int end = text.indexOf('/', HOMES.length());
            if (end > 0) {
                return text.length() - end - 1;
            }
        }
        return text.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Path path && path.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
