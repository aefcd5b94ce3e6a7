package dev.conduit.synjitsu.layer8;

import java.nio.ByteBuffer;

/**
 * What the first bytes of a connection say about whom the client wants.
 *
 * @param protocol what they look like so far
 * @param state whether more is needed
 * @param host in lower case, without port and dot at the end; empty unless the state is NAMED
 */
public record Wish(Protocol protocol, State state, String host) {

    /** Most bytes that are looked at; a client that has not said whom it wants by then is refused. */
    public static final int MAX_BYTES = 16 << 10;

    /** Of a client. */
    public enum Protocol {
        /** TLS 1.0 to 1.3: begins with a handshake record. */
        TLS,
        /** HTTP/1.x. */
        HTTP,
        /** Another one, or nothing yet. */
        OTHER
    }

    /** How far it is known. */
    public enum State {
        /** More bytes are needed. */
        UNDECIDED,
        /** There is a host. */
        NAMED,
        /** Complete, and there is no host. */
        NAMELESS,
        /** Not what the protocol allows, or longer than {@link #MAX_BYTES}. */
        BROKEN
    }

    /**
     * Reads it from all that has come so far; call it again with more when it is undecided.
     *
     * @param bytes from position to limit, not changed
     * @return the wish; never an exception, whatever the bytes
     */
    public static Wish read(ByteBuffer bytes) {
        ByteBuffer all = bytes.slice();
        Wish wish;
        if (!all.hasRemaining()) {
            wish = new Wish(Protocol.OTHER, State.UNDECIDED, "");
        } else if (all.get(0) == ClientHello.HANDSHAKE) {
            wish = ClientHello.read(all);
        } else {
            wish = RequestHead.read(all);
        }
        return wish.state() == State.UNDECIDED && all.remaining() >= MAX_BYTES
                ? new Wish(wish.protocol(), State.BROKEN, "") : wish;
    }

    static Wish undecided(Protocol protocol) {
        return new Wish(protocol, State.UNDECIDED, "");
    }

    static Wish nameless(Protocol protocol) {
        return new Wish(protocol, State.NAMELESS, "");
    }

    static Wish broken(Protocol protocol) {
        return new Wish(protocol, State.BROKEN, "");
    }

    /** @param name as the client wrote it */
    static Wish named(Protocol protocol, String name) {
        String host = HostNames.normal(name);
        return HostNames.isName(host) ? new Wish(protocol, State.NAMED, host) : broken(protocol);
    }
}
