package dev.conduit.rendezvous.layout;

import java.nio.charset.StandardCharsets;

/**
 * What a guest asks the steward in dom0 to make for it, where guests do not own what they make: the value of a node below
 * {@link Layout#asks} in the guest's home. The steward writes its {@link Answer} over it.
 *
 * <p>{@code name web} is for a name, {@code connect web k3v9x0aa} for a connection with that id, which is also the flow's,
 * and {@code connect web k3v9x0aa browser} for one of a client that says it is called so.
 *
 * @param name the name to have, or to connect to
 * @param connection the connection's id; empty when the name itself is asked for
 * @param claimed what the client wants to be called, or empty
 */
public record Ask(String name, String connection, String claimed) {

    private static final String NAME = "name";
    private static final String CONNECT = "connect";
    /** Longer than the longest ask there is. */
    private static final int MAX_BYTES = 200;

    /**
     * Asks for a name.
     *
     * @param name a checked name
     * @return the ask
     */
    public static Ask forName(String name) {
        return new Ask(name, "", "");
    }

    /**
     * Tells what it is for.
     *
     * @return true for a name, false for a connection
     */
    public boolean isForName() {
        return connection.isEmpty();
    }

    /**
     * Reads an ask, which may come from a hostile domain.
     *
     * @param value raw value of the node
     * @return the ask; names and ids in it have the right form
     * @throws IllegalArgumentException when it is none; one line that says why
     */
    public static Ask parse(byte[] value) {
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("ask of " + value.length + " bytes is longer than " + MAX_BYTES);
        }
        String text = new String(value, StandardCharsets.ISO_8859_1);
        String[] words = text.split(" ", -1);
        if (words[0].equals(NAME) && words.length == 2) {
            return forName(ConduitNames.check(words[1]));
        }
        boolean connect = words[0].equals(CONNECT) && (words.length == 3 || words.length == 4)
                && ConnectionId.isConnection(words[2]);
        String claimed = words.length == 4 ? words[3] : "";
        if (!connect || words.length == 4 && !ConduitNames.isName(claimed)) {
            throw new IllegalArgumentException("ask '" + ConduitNames.shown(text)
                    + "' is neither 'name <name>' nor 'connect <name> <connection> [<name>]'");
        }
        return new Ask(ConduitNames.check(words[1]), words[2], claimed);
    }

    /** Returns the value of the node. */
    @Override
    public String toString() {
        if (isForName()) {
            return NAME + " " + name;
        }
        return CONNECT + " " + name + " " + connection + (claimed.isEmpty() ? "" : " " + claimed);
    }
}
