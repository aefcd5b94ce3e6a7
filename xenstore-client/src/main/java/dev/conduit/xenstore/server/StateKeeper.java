package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.state.StateFile;
import dev.conduit.xenstore.server.store.StoreState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a store when it changed, at most once an interval, on a thread of its own. Whoever holds the monitor of this
 * keeps it from saving.
 */
final class StateKeeper implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);

    private final StateFile file;
    private final long intervalMillis;
    private final Supplier<StoreState> current;
    /** What is on the disk, or null. */
    private StoreState saved;
    private boolean stopped;

    /**
     * Makes one that waits for {@link #start}.
     *
     * @param current takes the state, under the store lock for a moment
     * @param saved what is on the disk, or null
     */
    StateKeeper(StateFile file, Duration interval, Supplier<StoreState> current, StoreState saved) {
        this.file = file;
        this.intervalMillis = Math.max(1, interval.toMillis());
        this.current = current;
        this.saved = saved;
    }

    void start() {
        Thread thread = new Thread(this, "xenstored-state");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void run() {
        try {
            while (!stopped) {
                wait(intervalMillis);
                trySave();
            }
        } catch (InterruptedException e) {
            LOG.warn("the XenStore server was told to save its state no more");
        }
    }

    /** Saves now, unless nothing changed since the last time. */
    synchronized void save() throws IOException {
        StoreState state = current.get();
        if (!stopped && (saved == null || !state.sameAs(saved))) {
            file.write(new ServerState(state, List.of(), List.of()));
            saved = new StoreState(null, state.generation(), state.specials(), state.limits(), state.domains());
        }
    }

    private void trySave() {
        try {
            save();
        } catch (IOException e) {
            LOG.warn("{}; trying again in {} ms", e.getMessage(), intervalMillis);
        }
    }

    /** Saves a last time. */
    synchronized void close() {
        trySave();
        stop();
    }

    /** Saves no more: somebody else does. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }
}
