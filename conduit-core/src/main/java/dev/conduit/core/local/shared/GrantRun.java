package dev.conduit.core.local.shared;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pages of one share that follow each other; on the wire {@code pid:fd:page+count:device:inode}, all decimal.
 *
 * @param file the share's memory file
 * @param page first page in the file
 * @param count pages, at least 1
 */
public record GrantRun(GrantFile file, int page, int count) {

    private static final Pattern WIRE =
            Pattern.compile("([0-9]{1,9}):([0-9]{1,9}):([0-9]{1,6})\\+([0-9]{1,6}):([0-9]{1,18}):([0-9]{1,18})");

    /**
     * Reads the wire form.
     *
     * @param text one run
     * @return the run
     * @throws IllegalArgumentException when the text is anything else, naming it
     */
    public static GrantRun parse(String text) {
        Matcher matcher = WIRE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("run '" + text + "' is not pid:fd:page+count:device:inode");
        }
        GrantFile file = new GrantFile(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(5)), Long.parseLong(matcher.group(6)));
        return new GrantRun(file, Integer.parseInt(matcher.group(3)), Integer.parseInt(matcher.group(4)));
    }

    /** Returns the wire form. */
    @Override
    public String toString() {
        return file.pid() + ":" + file.fd() + ":" + page + "+" + count + ":" + file.device() + ":" + file.inode();
    }
}
