package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's part in a shared name: keeps its node in the index, makes the index anew when that went with its owner, and
 * tells how many connections there are, at most five times a second.
 */
final class Membership implements Dispatcher.Chore {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    /** A watch tells at once; this is for a XenStore that fires none for what a dead domain leaves. */
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration REJOIN = Duration.ofSeconds(2);

    private final String shared;
    private final Platform platform;
    private final Store store;
    private final Asking asking;
    private final Dispatcher dispatcher;
    private final Collection<DomainId> sharing;
    private final IntSupplier connections;

    private volatile boolean dirty = true;
    private XenStoreClient.Watch watch;
    private int told;
    private long nextTold = System.nanoTime();
    private long nextCheck = System.nanoTime();
    private boolean out;
    private boolean ended;

    /** @param ownName the name the server listens under, with its connections */
    Membership(String shared, Conduit conduit, Collection<DomainId> sharing, String ownName) {
        this.shared = shared;
        this.platform = conduit.platform();
        this.store = conduit.store();
        this.asking = conduit.asking();
        this.dispatcher = conduit.dispatcher();
        this.sharing = sharing;
        this.connections = () -> conduit.names().uses(ownName) - 1;
    }

    /** Takes part; waits for the index of a dead domain to go. */
    void start(Deadline deadline) throws IOException {
        new NameClaim(shared, platform, store, asking).claim(deadline, transaction ->
                MemberIndex.join(transaction, shared, platform.self(), sharing));
        watch = store.client().watch(path(), any -> {
            dirty = true;
            dispatcher.signal();
        });
        dispatcher.add(this);
    }

    private String path() {
        return Layout.member(shared, MemberIndex.ownName(shared, platform.self()));
    }

    @Override
    public synchronized long poll() {
        if (ended) {
            return Dispatcher.IDLE;
        }
        long now = System.nanoTime();
        int count = connections.getAsInt();
        boolean tell = count != told && nextTold - now <= 0;
        if (tell || dirty || nextCheck - now <= 0) {
            dirty = false;
            nextCheck = now + CHECK_NANOS;
            try {
                keep(count, tell);
            } catch (IOException failed) {
                LOG.debug("'{}' is looked at again: {}", path(), failed.getMessage());
            }
        }
        return Math.max(1, Math.min(nextCheck, count == told ? nextCheck : nextTold) - now);
    }

    private void keep(int count, boolean tell) throws IOException {
        if (!MemberIndex.exists(store.client(), path())) {
            rejoin();
            told = 0;
        } else if (tell) {
            store.client().write(path(), Integer.toString(count));
            told = count;
            nextTold = System.nanoTime() + PACE_NANOS;
        }
    }

    private void rejoin() throws IOException {
        Optional<DomainId> other = store.<Optional<DomainId>, ConduitException>transact("return to '" + shared + "'",
                Deadline.after(REJOIN), transaction ->
                        MemberIndex.join(transaction, shared, platform.self(), sharing));
        if (other.isPresent() && !out) {
            LOG.warn("this server is no longer found under '{}': domain {} has the name and does not share it with"
                    + " domain {}", shared, other.get(), platform.self());
        }
        out = other.isPresent();
    }

    synchronized void stop() {
        if (ended) {
            return;
        }
        ended = true;
        dispatcher.remove(this);
        if (watch != null) {
            watch.close();
        }
        store.cleanUp("end of a part in '" + shared + "'",
                transaction -> MemberIndex.leave(transaction, shared, platform.self()));
    }
}
