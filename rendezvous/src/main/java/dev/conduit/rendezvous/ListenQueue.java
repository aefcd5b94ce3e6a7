package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanServer;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the entries in one server's queue. Used by the dispatcher's thread only.
 *
 * <p>Anybody can put anything in the queue: each look at it does a bounded amount of work, malformed entries are
 * removed, and entries that this side has no right to remove are remembered and, once they are many, dropped by making
 * the queue anew.
 */
final class ListenQueue {

    private static final Logger LOG = LoggerFactory.getLogger(ListenQueue.class);

    /** Entries answered in one look, so that one busy queue does not hold up everything else. */
    private static final int AT_ONCE = 16;
    /** Entries without a right to remove them, before the queue is made anew. */
    private static final int MOST_JUNK = 32;
    /** Waiting clients that are told at close; each takes a few requests of the one transaction. */
    private static final int TOLD_AT_CLOSE = 128;
    private static final Duration TRANSITION = Duration.ofSeconds(2);
    /** Short: a quota of our own that is used up comes free when a connection closes, and others wait meanwhile. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    /** What the server wants to know and do. */
    interface Server {

        /** Whether one more connection, of this client, may wait to be accepted. */
        boolean hasRoom(DomainId client);

        /** Takes a connection the client has yet to attach to. */
        void granted(EndKind kind, FlowNodes nodes, VchanServer vchan);
    }

    private final String name;
    private final ListenOptions options;
    private final Platform platform;
    private final Store store;
    private final NameRegistry names;
    private final Server server;
    private final Set<String> junk = new HashSet<>();
    private boolean shortage;

    ListenQueue(String name, ListenOptions options, Platform platform, Store store, NameRegistry names,
            Server server) {
        this.name = name;
        this.options = options;
        this.platform = platform;
        this.store = store;
        this.names = names;
        this.server = server;
    }

    /**
     * Answers some of the entries.
     *
     * @return true when there are more
     * @throws IOException when XenStore is lost, or the name is
     */
    boolean answerSome() throws IOException {
        List<String> entries = entries();
        junk.retainAll(Set.copyOf(entries));
        int answered = 0;
        for (String entry : entries) {
            if (junk.contains(entry)) {
                continue;
            }
            if (answered++ == AT_ONCE) {
                return true;
            }
            answer(entry);
        }
        if (junk.size() >= MOST_JUNK && store.<Boolean, XenStoreException>transact(
                "renewal of the queue of '" + name + "'", Deadline.after(TRANSITION),
                transaction -> ServerTransitions.renewQueue(transaction, name, platform.self(), junk))) {
            LOG.warn("made the queue of '{}' anew: it had {} entries that cannot be removed", name, junk.size());
        }
        return false;
    }

    /** Whoever may write a folder may also remove it, so the queue can be gone: then it is published again. */
    private List<String> entries() throws IOException {
        Optional<List<String>> entries = Nodes.children(store.client(), Layout.listen(name));
        if (entries.isEmpty()) {
            LOG.warn("the queue of '{}' was removed by another domain: publishing it again", name);
            names.restoreQueue(name, Deadline.after(TRANSITION));
        }
        return entries.orElse(List.of());
    }

    /** One bad entry must not hold up the others: whatever XenStore says to it is the entry's own problem. */
    private void answer(String entry) throws IOException {
        try {
            Optional<Request> request = Request.read(store.client(), name, entry);
            if (request.isPresent() && !server.hasRoom(request.get().client())) {
                refuse(request.get(), RefusalReason.BACKLOG_FULL);
            } else if (request.isPresent()) {
                grant(request.get());
            }
        } catch (Request.MalformedException malformed) {
            drop(entry, malformed.getMessage());
        } catch (XenStoreException refused) {
            if (refused.error() == null) {
                throw refused;
            }
            drop(entry, refused.getMessage());
        }
    }

    /** Takes an entry out, and tells its client if that can be done; else remembers to pass over it. */
    private void drop(String entry, String why) throws XenStoreException {
        LOG.debug("entry '{}' in the queue of '{}' is dropped: {}", entry, name, why);
        try {
            store.client().<Boolean, XenStoreException>transaction(transaction -> {
                ServerTransitions.discard(transaction, name, entry);
                return true;
            });
        } catch (XenStoreException refused) {
            if (refused.error() == null) {
                throw refused;
            }
            remove(entry);
        }
    }

    private void remove(String entry) throws XenStoreException {
        try {
            store.client().remove(Layout.listen(name, entry));
        } catch (XenStoreException refused) {
            if (refused.error() == null) {
                throw refused;
            }
            junk.add(entry);
        }
    }

    private void grant(Request request) throws IOException, Request.MalformedException {
        VchanServer vchan;
        try {
            vchan = Vchan.open(platform, request.client(), options.channel());
        } catch (IOException noResources) {
            refuseForShortage(request, noResources);
            return;
        }
        Optional<FlowNodes> established = Optional.empty();
        try {
            established = store.<Optional<FlowNodes>, Request.MalformedException>transact(
                    "accept of domain " + request.client() + " on '" + name + "'", Deadline.after(TRANSITION), PATIENCE,
                    transaction -> ServerTransitions.establish(transaction, name, request, platform.self(),
                            vchan.ringRef(), vchan.eventChannel()));
            shortage = false;
        } catch (ConduitTimeoutException noQuota) {
            refuseForShortage(request, noQuota);
        } finally {
            if (established.isEmpty()) {
                vchan.close();
            }
        }
        established.ifPresent(nodes -> server.granted(EndKind.SERVER, nodes, vchan));
    }

    private void refuseForShortage(Request request, IOException cause) throws IOException, Request.MalformedException {
        if (!shortage) {
            shortage = true;
            LOG.warn("connects to '{}' are refused for now: {}", name, cause.getMessage());
        }
        refuse(request, RefusalReason.NO_RESOURCES);
    }

    private void refuse(Request request, RefusalReason reason) throws IOException, Request.MalformedException {
        store.client().<Boolean, Request.MalformedException>transaction(transaction -> {
            ServerTransitions.refuse(transaction, name, request, reason);
            return true;
        });
    }

    /** Closes the queue: those who wait are told, and the folder goes. */
    void close() {
        store.cleanUp("closing of the queue of '" + name + "'",
                transaction -> ServerTransitions.closeQueue(transaction, name, platform.self(), TOLD_AT_CLOSE),
                transaction -> ServerTransitions.closeQueue(transaction, name, platform.self(), 0));
    }
}
