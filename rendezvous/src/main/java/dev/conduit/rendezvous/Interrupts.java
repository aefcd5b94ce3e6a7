package dev.conduit.rendezvous;

/** Clean-up must run to its end even on a thread that was interrupted. */
final class Interrupts {

    /** Work that may be interrupted. */
    @FunctionalInterface
    interface Work<E extends Exception> {
        void run() throws E, InterruptedException;
    }

    private Interrupts() {}

    /** Runs work with a pending interrupt set aside; afterwards the interrupt is pending again. */
    static <E extends Exception> void deferred(Work<E> work) throws E {
        boolean pending = Thread.interrupted();
        try {
            work.run();
        } catch (InterruptedException interrupt) {
            pending = true;
        } finally {
            if (pending) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
