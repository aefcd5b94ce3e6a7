package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.Permission;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * How a node looks in a line of {@code ls}. Names and values that do not fit are cut, but with whole paths only on a
 * terminal; dots lead to the permissions, but not behind whole paths.
 */
final class LineLayout {

    /** Columns when the output is no terminal. */
    private static final int STANDARD_WIDTH = 80;
    private static final int UNLIMITED = -1;
    /** Columns of a terminal that stay free. */
    private static final int MARGIN = 2;
    /** Room for what is printed around a value, cut marks included. */
    private static final int AROUND_VALUE = 8;
    /** Column where permissions begin. */
    private static final int PERMISSIONS_COLUMN = 60;

    private final int width;
    private final boolean wholePaths;

    /**
     * Makes a layout.
     *
     * @param terminal columns of the terminal, if there is one
     * @param wholePaths whether each line has the path instead of the indented name
     */
    LineLayout(OptionalInt terminal, boolean wholePaths) {
        int otherwise = wholePaths ? UNLIMITED : STANDARD_WIDTH;
        this.width = terminal.isPresent() ? terminal.getAsInt() - MARGIN : otherwise;
        this.wholePaths = wholePaths;
    }

    /** The path, or the name behind as many blanks as it is deep. */
    String label(String path, String name, int depth) {
        return wholePaths ? path : " ".repeat(depth) + cut(name, width - AROUND_VALUE - depth);
    }

    /** A label and a value, and what leads to the permissions when they are shown. */
    String line(String label, byte[] value, boolean permissions) {
        // With whole paths the path does not count.
        int used = wholePaths ? 0 : label.length();
        String text = Escapes.escape(value);
        // The length that counts is that of the value, not that of its escaped form.
        if (width >= 0 && width < used + value.length + AROUND_VALUE) {
            return label + " = \"" + cut(text, width - AROUND_VALUE - used) + "\\...\"";
        }
        StringBuilder line = new StringBuilder(label).append(" = \"").append(text).append('"');
        if (permissions) {
            line.append(' ');
            if (!wholePaths) {
                for (int column = line.length(); column < Math.min(PERMISSIONS_COLUMN, width); column++) {
                    line.append(column % 2 == 0 ? ' ' : '.');
                }
            }
        }
        return line.toString();
    }

    static String permissions(List<Permission> permissions) {
        return permissions.stream().map(Permission::toString).collect(Collectors.joining(",", "  (", ")"));
    }

    /** As printf(3) does for a precision: a negative one is none. */
    private static String cut(String text, int most) {
        return most < 0 || most >= text.length() ? text : text.substring(0, most);
    }
}
