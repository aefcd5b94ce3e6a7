package dev.conduit.xenstore.wire;

/** What a path may look like, the same for client and server. */
public final class PathRules {

    private PathRules() {
    }

    /**
     * Looks for the first thing wrong with a path. Absolute paths begin with a slash, special ones with {@code @}, all
     * others are relative.
     *
     * @param path as given
     * @return what is wrong, with value and bound, or null when the path is good
     */
    public static String problem(String path) {
        if (path.isEmpty()) {
            return "path is empty";
        }
        boolean absolute = path.charAt(0) == '/';
        int limit = absolute ? WireHeader.ABSOLUTE_PATH_MAX : WireHeader.RELATIVE_PATH_MAX;
        if (path.length() > limit) {
            return (absolute ? "absolute" : "relative") + " path of " + path.length() + " characters, at most " + limit
                    + " are allowed";
        }
        char before = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (!allowed(c)) {
                return "path '" + Printable.of(path) + "' has a character other than A-Z a-z 0-9 - / _ @ at index " + i;
            }
            if (c == '/' && before == '/') {
                return "path '" + Printable.of(path) + "' has an empty component at index " + i;
            }
            before = c;
        }
        if (before == '/' && path.length() > 1) {
            return "path '" + Printable.of(path) + "' ends with a slash";
        }
        return null;
    }

    private static boolean allowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '-' && c <= '9' && c != '.' || c == '_' || c == '@';
    }
}
