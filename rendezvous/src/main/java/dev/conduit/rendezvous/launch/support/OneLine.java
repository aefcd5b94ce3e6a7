package dev.conduit.rendezvous.launch.support;

/** Makes what others said fit into a message. */
public final class OneLine {

    private static final int LONGEST = 300;

    private OneLine() {
    }

    /**
     * Joins lines, replaces control characters, and cuts off what is too long.
     *
     * @param text of somebody else
     * @return one line of at most 303 characters
     */
    public static String of(String text) {
        String line = String.join("; ", text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList())
                .replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }

    /**
     * Says why something failed.
     *
     * @param failure what was thrown
     * @return its message in one line, or its name
     */
    public static String of(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : of(failure.getMessage());
    }
}
