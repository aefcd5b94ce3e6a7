package dev.conduit.core.event;

import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;

/** A port of this process, whose events come through an {@link EventDispatcher}. */
public final class DispatchedPort implements EventPort {

    /** What a platform does for its ports. Thread-safe. */
    public interface Channels {

        /**
         * Sends an event.
         *
         * @param number of a port that was open a moment ago
         * @throws PlatformException when the system refuses
         */
        void send(int number) throws PlatformException;

        /**
         * Ends a port: closes its events, then gives its number back. May be called again.
         *
         * @param port which
         * @param events its events
         */
        void close(DispatchedPort port, PortEvents events);
    }

    private final Channels channels;
    private final PortEvents events;

    /**
     * Makes an open port.
     *
     * @param channels of its platform
     * @param events as the dispatcher registered them
     */
    public DispatchedPort(Channels channels, PortEvents events) {
        this.channels = channels;
        this.events = events;
    }

    @Override
    public int number() {
        return events.number();
    }

    @Override
    public void send() throws PlatformException {
        if (events.isClosed()) {
            throw new PlatformException("event port " + number() + " is closed");
        }
        channels.send(number());
    }

    @Override
    public long events() {
        return events.count();
    }

    @Override
    public long await(long seen, long deadline) throws PlatformException, InterruptedException {
        return events.await(seen, deadline);
    }

    @Override
    public void onEvent(Runnable action) {
        events.onEvent(action);
    }

    @Override
    public void wakeUp() {
        events.wakeUp();
    }

    @Override
    public void close() {
        channels.close(this, events);
    }
}
