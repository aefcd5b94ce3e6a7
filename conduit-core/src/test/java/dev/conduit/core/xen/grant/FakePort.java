package dev.conduit.core.xen.grant;

import dev.conduit.core.EventPort;

/** A port that only has a number. */
record FakePort(int number) implements EventPort {

    @Override
    public void send() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long events() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long await(long seen, long deadline) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void onEvent(Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void wakeUp() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
