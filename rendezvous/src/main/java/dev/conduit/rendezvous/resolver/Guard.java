package dev.conduit.rendezvous.resolver;

import java.io.IOException;
import java.nio.channels.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Closes a channel when time is up, which ends whatever blocks on it: for calls that take no time-out of their own. */
final class Guard implements AutoCloseable {

    private final Channel channel;
    private final CompletableFuture<Void> timer;
    private boolean kept;

    Guard(Channel channel, TimeLimit limit) {
        this.channel = channel;
        timer = CompletableFuture.runAsync(this::end,
                CompletableFuture.delayedExecutor(Math.max(0, limit.nanosLeft()), TimeUnit.NANOSECONDS));
    }

    private void end() {
        try {
            channel.close();
        } catch (IOException gone) {
            // Closed it is.
        }
    }

    /** True when time was up. */
    boolean struck() {
        return timer.isDone() && !timer.isCancelled();
    }

    /**
     * The call is done: the channel stays open.
     *
     * @return false when time was up just before
     */
    boolean keep() {
        kept = timer.cancel(false);
        return kept;
    }

    /** Closes the channel, unless it was kept. */
    @Override
    public void close() throws IOException {
        if (!kept) {
            timer.cancel(false);
            channel.close();
        }
    }
}
