package dev.conduit.xenstore.server.store;

/** Where a session's events go. */
public interface EventSink {

    /**
     * A watch fired. Must not block and must not call the store.
     *
     * @param path as the client spells it
     * @param token of the watch
     */
    void event(String path, String token);

    /**
     * Tells how long a domain whose change made the last event should rest, because so much waits to be read here.
     *
     * @return nanoseconds, 0 for not at all
     */
    default long crowding() {
        return 0;
    }

    /** The session's domain is gone: the connection is to be closed. Must not block and must not call the store. */
    void released();

    /** The session is closed: nothing more will be asked or sent. Must not block and must not call the store. */
    default void closed() {
    }
}
