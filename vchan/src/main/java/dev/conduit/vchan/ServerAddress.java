package dev.conduit.vchan;

/**
 * Where a server is, as read from XenStore.
 *
 * @param ringRef grant reference of the control page
 * @param eventChannel the server's port
 */
record ServerAddress(int ringRef, int eventChannel) {

    /** Checks the text of both nodes: anybody may have written it. */
    static ServerAddress parse(String path, String ringRef, String eventChannel) throws VchanProtocolException {
        return new ServerAddress(number(path, VchanNodes.RING_REF, ringRef),
                number(path, VchanNodes.EVENT_CHANNEL, eventChannel));
    }

    private static int number(String path, String field, String text) throws VchanProtocolException {
        if (text.matches("[0-9]{1,10}")) {
            long value = Long.parseLong(text);
            if (value >= 1 && value <= Integer.MAX_VALUE) {
                return (int) value;
            }
        }
        String shown = text.length() > 20 ? text.substring(0, 20) + "..." : text;
        throw new VchanProtocolException(field, path + "/" + field + " is '" + shown.replaceAll("[^ -~]", "?")
                + "', not a decimal number between 1 and " + Integer.MAX_VALUE);
    }
}
