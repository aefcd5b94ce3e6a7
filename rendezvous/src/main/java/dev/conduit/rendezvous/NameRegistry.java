package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The names this conduit has. A name stays as long as somebody uses it: a registration, a server, or a connection that
 * outlives its server (its nodes stand below the name).
 */
final class NameRegistry {

    private final Platform platform;
    private final Store store;
    private final Asking asking;
    private final Map<String, Holding> names = Collections.synchronizedMap(new LinkedHashMap<>());

    /** One name. Its lock is held while XenStore is changed, so that uses of other names do not wait. */
    private static final class Holding {
        /** Changed under the lock; read without it where a moment's difference does not matter. */
        private volatile int uses;

        void add(int more) {
            uses = uses + more;
        }
    }

    NameRegistry(Platform platform, Store store, Asking asking) {
        this.platform = platform;
        this.store = store;
        this.asking = asking;
    }

    /** What this side is called when it does not say: the name it has had longest. */
    String first() {
        synchronized (names) {
            return names.entrySet().stream().filter(entry -> entry.getValue().uses > 0).map(Map.Entry::getKey)
                    .findFirst().orElse("");
        }
    }

    /** Adds a use; the first one takes the name. With a queue in the same transaction: from then on clients may come. */
    void acquire(String name, boolean withQueue, Deadline deadline) throws IOException {
        Holding holding = names.computeIfAbsent(name, absent -> new Holding());
        synchronized (holding) {
            if (holding.uses == 0) {
                claim(name, withQueue, deadline);
            } else if (withQueue) {
                openQueue(name, deadline);
            }
            holding.add(1);
        }
    }

    /** Adds a use of a name that is in use. */
    void keep(String name) {
        Holding holding = names.get(name);
        synchronized (holding) {
            holding.add(1);
        }
    }

    /** How many uses a name has. */
    int uses(String name) {
        Holding holding = names.get(name);
        return holding == null ? 0 : holding.uses;
    }

    /** Ends a use; the last one gives the name back. */
    void release(String name) {
        Holding holding = names.get(name);
        synchronized (holding) {
            holding.add(-1);
            if (holding.uses == 0) {
                store.cleanUp("release of '" + name + "'",
                        transaction -> NameTransitions.release(transaction, name, platform.self()));
            }
        }
    }

    /** Publishes a queue again that another domain removed, with the name when that is gone, too. */
    void restoreQueue(String name, Deadline deadline) throws IOException {
        Holding holding = names.get(name);
        synchronized (holding) {
            if (holding.uses > 0 && !store.client().exists(Layout.name(name))) {
                claim(name, true, deadline);
            } else {
                openQueue(name, deadline);
            }
        }
    }

    private void openQueue(String name, Deadline deadline) throws IOException {
        store.<Boolean, XenStoreException>transact("listen on '" + name + "'", deadline, transaction -> {
            NameTransitions.openQueue(transaction, name, platform.self());
            return true;
        });
    }

    /** Takes a name, after removing what a former process of this domain left under it. */
    private void claim(String name, boolean withQueue, Deadline deadline) throws IOException {
        DomainId self = platform.self();
        String what = "registration of '" + name + "'";
        boolean more = true;
        while (more) {
            more = store.transact(what, deadline,
                    transaction -> NameTransitions.sweep(transaction, name, self));
        }
        new NameClaim(name, platform, store, asking).claim(deadline, transaction -> {
            Optional<DomainId> other = NameTransitions.claim(transaction, name, self);
            if (other.isEmpty() && withQueue) {
                NameTransitions.openQueue(transaction, name, self);
            }
            return other;
        });
    }
}
