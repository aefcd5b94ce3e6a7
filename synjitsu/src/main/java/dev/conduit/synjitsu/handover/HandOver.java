package dev.conduit.synjitsu.handover;

import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.synjitsu.handover.Turn.Word;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** How a service takes the connections that the front in dom0 holds for it. */
public final class HandOver {

    /** Makes connections ready that are not the service's yet. */
    @FunctionalInterface
    public interface Receiver {

        /**
         * Makes them ready, so that nothing of them can be seen from outside.
         *
         * @param connections all that wait
         * @return they, ready
         * @throws IOException when one cannot be taken; the front keeps all
         */
        Ready prepare(List<Tcb> connections) throws IOException;
    }

    /** Connections that are ready. One of the methods is called, once. */
    public interface Ready {

        /** They are the service's: segments come to it from now on. */
        void activate();

        /** The front has them: forget them, and send nothing. */
        void abandon();
    }

    private static final long LOOK_MILLIS = 2;
    private static final long QUICK_NANOS = 10_000_000;
    private static final long PAUSE_NANOS = 100_000;

    private HandOver() {}

    /**
     * Takes what the front holds for a service, in two phases. Blocks. When the front takes the connections back because
     * this side was too slow, it is tried again until time is up.
     *
     * @param store this domain's
     * @param name the service
     * @param receiver makes them ready
     * @param timeout longest wait for the front
     * @return how many were taken; empty when no front holds connections for this domain
     * @throws IOException when XenStore or the receiver failed, what is written there is broken, or the time is up; the
     *     front has the connections then
     * @throws InterruptedException when the thread is interrupted; the front has the connections
     */
    public static Optional<Integer> take(XenStoreClient store, String name, Receiver receiver, Duration timeout)
            throws IOException, InterruptedException {
        ServiceSide side = new ServiceSide(ConduitNames.check(name));
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<Turn> said = awaitAdmission(store, side, name, end, timeout);
            if (said.isPresent() && said.get().word() == Word.FROZEN) {
                // A program before this one has got as far as to have the connections frozen, and ended.
                giveUp(store, side, said.get().generation());
                said = awaitOther(store, side, said.get(), name, end, timeout);
            }
            if (said.isEmpty() || said.get().word() != Word.HOLDING) {
                return Optional.empty();
            }
            long generation = said.get().generation();
            if (!side.prepare(store, generation)) {
                pause(name, end, timeout);
                continue;
            }
            boolean committed = false;
            try {
                if (isFrozen(store, side, generation, name, end, timeout)) {
                    List<Tcb> connections = read(store, name);
                    Ready ready = receiver.prepare(connections);
                    committed = commit(store, side, generation, ready);
                    if (committed) {
                        return Optional.of(connections.size());
                    }
                }
            } finally {
                if (!committed) {
                    giveUp(store, side, generation);
                }
            }
        }
    }

    /**
     * Gets ready for {@link #take}, which takes a tenth of a second longer where none of its code has run before. Blocks for as long.
     * The receiver is given made-up connections on the loopback interface, and has to abandon them.
     *
     * @param store this domain's
     * @param name the service
     * @param receiver the one that will be used
     * @throws IOException when XenStore or the receiver failed
     */
    public static void warmUp(XenStoreClient store, String name, Receiver receiver) throws IOException {
        ServiceWarmUp.run(store, ConduitNames.check(name), receiver);
    }

    /**
     * Gives what the front says; nothing when there is none. Permissions come without an event in some servers, so it looks
     * now and then.
     */
    private static Optional<Turn> awaitAdmission(
            XenStoreClient store, ServiceSide side, String name, long end, Duration timeout)
            throws IOException, InterruptedException {
        Optional<Turn> said = side.front(store);
        while (said.isEmpty() && side.isLockedOut(store)) {
            pause(name, end, timeout);
            said = side.front(store);
        }
        // It may have been let in between the two looks.
        return said.isPresent() ? said : side.front(store);
    }

    private static void pause(String name, long end, Duration timeout) throws IOException, InterruptedException {
        if (System.nanoTime() - end >= 0) {
            throw new IOException("the front of '" + name + "' did not let this domain in within " + timeout.toMillis()
                    + " ms: is it the service's?");
        }
        Thread.sleep(LOOK_MILLIS);
    }

    private static boolean isFrozen(
            XenStoreClient store, ServiceSide side, long generation, String name, long end, Duration timeout)
            throws IOException, InterruptedException {
        return awaitOther(store, side, new Turn(Word.HOLDING, generation), name, end, timeout)
                .equals(Optional.of(new Turn(Word.FROZEN, generation)));
    }

    /** What the front says when it no longer says this; mostly that takes less time than a watch. */
    private static Optional<Turn> awaitOther(
            XenStoreClient store, ServiceSide side, Turn held, String name, long end, Duration timeout)
            throws IOException, InterruptedException {
        Optional<Turn> said = side.front(store);
        for (long quick = System.nanoTime() + QUICK_NANOS; said.equals(Optional.of(held)) && System.nanoTime() - quick < 0; ) {
            LockSupport.parkNanos(PAUSE_NANOS);
            said = side.front(store);
        }
        if (!said.equals(Optional.of(held))) {
            return said;
        }
        try {
            return store.waitFor(reads -> {
                Optional<Turn> now = side.front(reads);
                return now.equals(Optional.of(held)) ? null : now;
            }, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        } catch (TimeoutException late) {
            throw new IOException("the front did not give the connections of '" + name + "' within "
                    + timeout.toMillis() + " ms", late);
        }
    }

    static List<Tcb> read(XenStoreOperations store, String name) throws IOException {
        try {
            return ConnectionNodes.read(store, name).values().stream().map(ConnectionNodes.Saved::tcb).toList();
        } catch (IllegalArgumentException broken) {
            throw new IOException("a connection of '" + name + "' cannot be read: " + broken.getMessage(), broken);
        }
    }

    /** Whether the commit was made; when that is not known, XenStore is lost and so are the connections. */
    private static boolean commit(XenStoreClient store, ServiceSide side, long generation, Ready ready)
            throws XenStoreException {
        boolean committed = false;
        try {
            committed = store.transaction(transaction -> side.commit(transaction, generation));
        } finally {
            if (committed) {
                ready.activate();
            } else {
                ready.abandon();
            }
        }
        return committed;
    }

    private static void giveUp(XenStoreClient store, ServiceSide side, long generation) throws XenStoreException {
        store.transaction(transaction -> {
            side.abort(transaction, generation);
            return null;
        });
    }
}
