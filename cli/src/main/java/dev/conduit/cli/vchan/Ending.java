package dev.conduit.cli.vchan;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a program that is told to stop (SIGTERM, Ctrl-C): ends what the program waits for and leaves it a moment to
 * finish. Closed by the program when it ends.
 */
final class Ending implements AutoCloseable {

    private static final long GRACE_SECONDS = 5;

    private final List<Runnable> waits = new ArrayList<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "conduit-stop");
    private final int status;
    private boolean asked;

    /**
     * Makes an ending.
     *
     * @param status exit code when the program is told to stop: 0 for one that serves until then
     */
    Ending(int status) {
        this.status = status;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the program was told to stop. */
    synchronized boolean asked() {
        return asked;
    }

    /** Adds what ends a wait of the program; runs it now when the program was told to stop already. */
    synchronized void ends(Runnable wait) {
        if (asked) {
            wait.run();
        } else {
            waits.add(wait);
        }
    }

    /** The wait is over, and what ends it has run or never will. */
    synchronized void forget(Runnable wait) {
        waits.remove(wait);
    }

    private void stop() {
        endWaits();
        try {
            finished.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(status);
    }

    private synchronized void endWaits() {
        asked = true;
        waits.forEach(Runnable::run);
    }

    @Override
    public void close() {
        finished.countDown();
        if (!asked()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // Told to stop just now: the hook finds everything finished.
            }
        }
    }
}
