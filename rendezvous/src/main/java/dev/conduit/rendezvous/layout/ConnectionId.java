package dev.conduit.rendezvous.layout;

import java.util.random.RandomGenerator;

/**
 * Names of connections and flows, chosen by the client.
 *
 * <p>Ours are {@value #LENGTH} random characters, 41 bits: two clients that share a queue do not meet, and a third
 * domain cannot guess one to squat on it. (If one did: the owner of the node shows it, and the client draws again.)
 */
public final class ConnectionId {

    /** Characters in an id this side draws. */
    public static final int LENGTH = 8;

    /**
     * Longest connection id taken from others: what is left of libxenvchan's 49 bytes after
     * {@code /local/domain/32751/data/vchan/32751/}.
     */
    public static final int MAX_CONNECTION = 12;

    /** Longest flow id taken from others. */
    public static final int MAX_FLOW = 32;

    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

    private ConnectionId() {}

    /**
     * Draws an id.
     *
     * @param random a secure source
     * @return {@value #LENGTH} characters
     */
    public static String draw(RandomGenerator random) {
        StringBuilder id = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    /**
     * Tells whether the name of a queue entry can name a connection.
     *
     * @param text from XenStore
     * @return true for 1 to 12 name characters
     */
    public static boolean isConnection(String text) {
        return isId(text, MAX_CONNECTION);
    }

    /**
     * Tells whether the value of a queue entry can name a flow.
     *
     * @param text from XenStore
     * @return true for 1 to 32 name characters
     */
    public static boolean isFlow(String text) {
        return isId(text, MAX_FLOW);
    }

    private static boolean isId(String text, int longest) {
        return !text.isEmpty() && text.length() <= longest
                && text.chars().allMatch(character -> ConduitNames.isNameCharacter((char) character));
    }
}
