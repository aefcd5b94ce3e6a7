package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Closes a channel when time is up, which ends whatever blocks on it: for calls that take no time-out of their own. */
final class Guard implements AutoCloseable {

    private enum Outcome {
        OPEN,
        KEPT,
        STRUCK
    }

    private final Channel channel;
    private final CompletableFuture<Void> timer;
    private final AtomicReference<Outcome> outcome = new AtomicReference<>(Outcome.OPEN);

    Guard(Channel channel, Deadline limit) {
        this.channel = channel;
        timer = CompletableFuture.runAsync(this::strike,
                CompletableFuture.delayedExecutor(Math.max(0, limit.nanosLeft()), TimeUnit.NANOSECONDS));
    }

    private void strike() {
        if (outcome.compareAndSet(Outcome.OPEN, Outcome.STRUCK)) {
            try {
                channel.close();
            } catch (IOException gone) {
                // Closed it is.
            }
        }
    }

    /** True when time was up before the channel was kept. */
    boolean struck() {
        return outcome.get() == Outcome.STRUCK;
    }

    /**
     * The call is done: the channel stays open.
     *
     * @return false when time was up just before
     */
    boolean keep() {
        return outcome.compareAndSet(Outcome.OPEN, Outcome.KEPT);
    }

    /** Closes the channel, unless it was kept. */
    @Override
    public void close() throws IOException {
        timer.cancel(false);
        if (outcome.get() != Outcome.KEPT) {
            channel.close();
        }
    }
}
