package dev.conduit.xenstore;

/**
 * Gets the events of a watch, one at a time, on a thread of the client. It may call the client; while it does not
 * return, the events of all watches of the client wait.
 */
@FunctionalInterface
public interface WatchHandler {

    /**
     * Something changed, or the watch has just begun.
     *
     * @param path the changed node: the watched one or one below, absolute or relative as the watched path was given
     */
    void changed(String path);

    /**
     * Events may be missing: the client connected again after it had lost the server, or more events waited for this
     * handler than {@link ClientOptions#pendingEvents}. Whatever was watched has to be looked at again.
     *
     * @param watched the path given to the watch
     */
    default void missed(String watched) {
        changed(watched);
    }
}
