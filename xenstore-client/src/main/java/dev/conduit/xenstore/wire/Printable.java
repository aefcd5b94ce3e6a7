package dev.conduit.xenstore.wire;

/** Text from outside as part of a message of one line. */
public final class Printable {

    private static final int LENGTH_MAX = 80;

    private Printable() {
    }

    /**
     * Makes text fit into a message.
     *
     * @param text anything
     * @return its first 80 characters, those outside printable ASCII as question marks
     */
    public static String of(String text) {
        String shown = text.length() > LENGTH_MAX ? text.substring(0, LENGTH_MAX) + "..." : text;
        return shown.replaceAll("[^ -~]", "?");
    }
}
