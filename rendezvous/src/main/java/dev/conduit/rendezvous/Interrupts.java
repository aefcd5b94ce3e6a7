package dev.conduit.rendezvous;

import java.io.InterruptedIOException;

/** Clean-up must run to its end, also on a thread that is interrupted before or meanwhile. */
final class Interrupts {

    /** Work that an interrupt may end, and that can then be begun again. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException, InterruptedIOException;
    }

    private Interrupts() {}

    /** Runs work to its end; an interrupt is pending again afterwards. */
    static void deferred(Work work) {
        boolean interrupted = Thread.interrupted();
        boolean done = false;
        while (!done) {
            try {
                work.run();
                done = true;
            } catch (InterruptedException | InterruptedIOException interrupt) {
                interrupted = true;
                Thread.interrupted();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
