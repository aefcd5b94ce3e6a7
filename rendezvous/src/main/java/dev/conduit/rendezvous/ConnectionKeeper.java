package dev.conduit.rendezvous;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the shared memory of every open connection now and then, so that XenStore is cleared after a crash of the
 * peer even when nobody reads from the connection. Costs a few nanoseconds a connection, and no XenStore traffic.
 */
final class ConnectionKeeper implements Dispatcher.Chore {

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Set<ConduitConnection> unsettled = ConcurrentHashMap.newKeySet();
    private long next = System.nanoTime();

    void add(ConduitConnection connection) {
        unsettled.add(connection);
    }

    void remove(ConduitConnection connection) {
        unsettled.remove(connection);
    }

    @Override
    public long poll() {
        if (unsettled.isEmpty()) {
            return Dispatcher.IDLE;
        }
        long now = System.nanoTime();
        if (next - now <= 0) {
            unsettled.removeIf(connection -> connection.end().settled());
            next = System.nanoTime() + INTERVAL_NANOS;
        }
        return Math.max(1, next - now);
    }
}
