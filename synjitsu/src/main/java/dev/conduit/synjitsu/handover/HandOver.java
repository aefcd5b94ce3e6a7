package dev.conduit.synjitsu.handover;

import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.synjitsu.handover.Turn.Word;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

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

    private static final long LOOK_MILLIS = 5;

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
            Optional<Turn> earlier = awaitAdmission(store, side, name, end, timeout).filter(turn -> turn.word() == Word.FROZEN);
            if (earlier.isPresent()) {
                // A program before this one has got as far as to have the connections frozen, and ended.
                giveUp(store, side, earlier.get().generation());
                awaitOther(store, side, earlier.get(), name, end, timeout);
            }
            Optional<Long> asked = store.transaction(side::prepare);
            if (asked.isEmpty()) {
                return Optional.empty();
            }
            long generation = asked.get();
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
     * Gives what the front says; nothing when there is none. Permissions come without an event in some servers, so it looks
     * now and then.
     */
    private static Optional<Turn> awaitAdmission(
            XenStoreClient store, ServiceSide side, String name, long end, Duration timeout)
            throws IOException, InterruptedException {
        Optional<Turn> said = side.front(store);
        while (said.isEmpty() && side.isLockedOut(store)) {
            if (System.nanoTime() - end >= 0) {
                throw new IOException("the front of '" + name + "' did not let this domain in within " + timeout.toMillis()
                        + " ms: is it the service's?");
            }
            Thread.sleep(LOOK_MILLIS);
            said = side.front(store);
        }
        return said;
    }

    private static boolean isFrozen(
            XenStoreClient store, ServiceSide side, long generation, String name, long end, Duration timeout)
            throws IOException, InterruptedException {
        return awaitOther(store, side, new Turn(Word.HOLDING, generation), name, end, timeout)
                .equals(Optional.of(new Turn(Word.FROZEN, generation)));
    }

    /** What the front says when it no longer says this. */
    private static Optional<Turn> awaitOther(
            XenStoreClient store, ServiceSide side, Turn held, String name, long end, Duration timeout)
            throws IOException, InterruptedException {
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

    private static List<Tcb> read(XenStoreClient store, String name) throws IOException {
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
