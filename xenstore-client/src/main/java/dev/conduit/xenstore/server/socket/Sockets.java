package dev.conduit.xenstore.server.socket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Unix sockets and waiting for them. One thread selects, accepts, reads and writes; others may {@link #listen},
 * {@link #wakeUp} and close acceptors.
 */
public interface Sockets extends Closeable {

    /** Takes the endpoints that are ready. */
    interface Ready {

        /**
         * An endpoint is ready for something it was to be looked at for.
         *
         * @param endpoint which; it may have been closed in the same round
         * @param input whether it is ready for input
         */
        void ready(Endpoint endpoint, boolean input);
    }

    /**
     * Makes a listening socket.
     *
     * @param file made; must not exist
     * @param backlog how many connections may wait to be accepted
     * @return not looked at yet
     * @throws IOException when the system refuses
     */
    Acceptor listen(Path file, int backlog) throws IOException;

    /**
     * Waits until endpoints are ready, and gives each of them once.
     *
     * @param ready called on this thread
     * @param timeoutMillis how long at most, 0 for not at all, negative for ever
     * @throws IOException when waiting is not possible any more
     */
    void select(Ready ready, int timeoutMillis) throws IOException;

    /** Lets {@link #select} return, now or the next time. */
    void wakeUp();

    /** Closes what select needs; endpoints stay open. */
    @Override
    void close() throws IOException;
}
