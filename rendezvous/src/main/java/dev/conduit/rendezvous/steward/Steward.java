package dev.conduit.rendezvous.steward;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.ConduitTree;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after {@code /conduit} in dom0 of a Xen host. Under oxenstored, where guests do not own what they make, it makes
 * names and requests for connections for the guests that ask it. Under every server it removes what domains left there that
 * are gone, and makes the tree again when it vanishes. docs/rendezvous.md, "The steward", has the protocol.
 *
 * <p>One thread, which sleeps while nothing happens. One steward for a host is enough; several do no harm. Thread-safe.
 */
public final class Steward implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Steward.class);

    /** How often it looks at the tree without an event: is it there, and has a dead domain's home gone since its end? */
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final XenStoreClient store;
    private final Agenda agenda = new Agenda();
    private final Holdings holdings = new Holdings();
    private final AskDesk desk;
    private final Remains remains;
    private final List<XenStoreClient.Watch> watches = new ArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "conduit-steward");

    private Steward(XenStoreClient store) {
        this.store = store;
        this.desk = new AskDesk(store, holdings);
        this.remains = new Remains(store, holdings);
    }

    /**
     * Prepares the tree as {@link ConduitTree#prepare}, looks through it, and starts.
     *
     * @param store with dom0's rights; stays the caller's, to be closed after the steward
     * @return a steward that guests can ask from now on
     * @throws XenStoreException EACCES for any domain but dom0, and others
     */
    public static Steward start(XenStoreClient store) throws XenStoreException {
        ConduitTree.prepare(store);
        Steward steward = new Steward(store);
        boolean started = false;
        try {
            steward.begin();
            started = true;
        } finally {
            if (!started) {
                steward.watches.forEach(XenStoreClient.Watch::close);
            }
        }
        return steward;
    }

    /**
     * Starts one where guests have no names without it: for a program in dom0 that is there for guests anyway, such as the
     * directory.
     *
     * @param store with dom0's rights; stays the caller's, to be closed after the steward
     * @return a steward, or nothing where guests make their nodes themselves
     * @throws XenStoreException ENOENT when there is no tree, EACCES for any domain but dom0, and others
     */
    public static Optional<Steward> startIfNeeded(XenStoreClient store) throws XenStoreException {
        return ConduitTree.isClosed(store) ? Optional.of(start(store)) : Optional.empty();
    }

    /** Watches first, so that nothing is missed. Each begins with an event, so everything is looked at once. */
    private void begin() throws XenStoreException {
        watches.add(store.watch("@releaseDomain", path -> agenda.deaths()));
        if (ConduitTree.isClosed(store)) {
            watches.add(store.watch("/local/domain", agenda::changed));
        }
        remains.takeStock();
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            Optional<Agenda.Round> round = agenda.next(IDLE);
            while (round.isPresent()) {
                work(round.get());
                round = agenda.next(IDLE);
            }
            end.complete(null);
        } catch (XenStoreException lost) {
            end.completeExceptionally(lost);
        } catch (InterruptedException | RuntimeException broken) {
            LOG.error("the steward ends", broken);
            end.completeExceptionally(broken);
        }
    }

    private void work(Agenda.Round round) throws XenStoreException, InterruptedException {
        boolean idle = !round.everybody() && round.asking().isEmpty();
        if (round.deaths() || idle) {
            attempt(remains::removeOne, agenda::deaths);
        }
        if (round.everybody()) {
            attempt(() -> {
                Folder.children(store, "/local/domain").forEach(home ->
                        agenda.changed("/local/domain/" + home + Layout.ASKS));
                return false;
            }, agenda::everybody);
        }
        if (round.asking().isPresent()) {
            DomainId guest = round.asking().get();
            attempt(() -> desk.answerOne(guest), () -> agenda.asks(guest));
        }
        if (idle) {
            attempt(this::restoreTree, () -> { });
        }
    }

    /** Under C xenstored, any domain may remove it. */
    private boolean restoreTree() throws XenStoreException {
        if (!store.exists(Layout.FLOWS)) {
            LOG.warn("{} was removed: making it again", Layout.ROOT);
            ConduitTree.prepare(store);
        }
        return false;
    }

    /** Work that may have to be done again. */
    @FunctionalInterface
    private interface Work {
        boolean run() throws XenStoreException;
    }

    /** XenStore's refusals are no reason to end: what it refuses now, as it is busy, it will take later. */
    private static void attempt(Work work, Runnable again) throws XenStoreException, InterruptedException {
        try {
            if (work.run()) {
                again.run();
            }
        } catch (XenStoreException refused) {
            if (refused.error() == null) {
                throw refused;
            }
            LOG.warn("XenStore refused the steward something: {}", refused.getMessage());
            if (refused.is("EAGAIN")) {
                Thread.sleep(PAUSE.toMillis());
                again.run();
            }
        }
    }

    /**
     * Waits until the steward ends.
     *
     * @throws XenStoreException when XenStore was lost
     * @throws InterruptedException when the thread is interrupted
     */
    public void awaitEnd() throws XenStoreException, InterruptedException {
        try {
            end.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof XenStoreException lost) {
                throw lost;
            }
            throw new IllegalStateException("the steward ended", failed.getCause());
        }
    }

    /**
     * Tells whether it still works.
     *
     * @return false once it was closed or XenStore was lost
     */
    public boolean isRunning() {
        return !end.isDone();
    }

    /** Ends the steward, after what it is doing. What guests have stays. Idempotent. */
    @Override
    public void close() {
        watches.forEach(XenStoreClient.Watch::close);
        agenda.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException interrupt) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
