package dev.conduit.core.xen.event;

import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import dev.conduit.core.event.PortEvents;

/** A port of this process: sends by one call of the driver, waits through the dispatcher. */
final class XenEventPort implements EventPort {

    private final XenEventChannels channels;
    private final PortEvents events;

    XenEventPort(XenEventChannels channels, PortEvents events) {
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
