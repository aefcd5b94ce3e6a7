package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

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

    /** Takes a name; waits for a dead owner's node to go, which XenStore removes a moment after the domain. */
    private void claim(String name, boolean withQueue, Deadline deadline) throws IOException {
        DomainId self = platform.self();
        String what = "registration of '" + name + "'";
        boolean more = true;
        while (more) {
            more = store.transact(what, deadline,
                    transaction -> NameTransitions.sweep(transaction, name, self));
        }
        while (true) {
            DomainId holder;
            try {
                holder = tryClaim(what, name, withQueue, deadline);
            } catch (NoRightException refused) {
                if (!asking.isNeeded()) {
                    throw refused;
                }
                asking.forName(what, name, deadline);
                continue;
            }
            if (holder == null) {
                return;
            }
            if (platform.isAlive(holder)) {
                throw new ConduitNameTakenException(
                        holder, "name '" + name + "' is taken: domain " + holder + " has it");
            }
            outlive(name, holder, deadline);
        }
    }

    /** Returns who has it instead, or null. */
    private DomainId tryClaim(String what, String name, boolean withQueue, Deadline deadline) throws IOException {
        return store.<DomainId, ConduitException>transact(what, deadline, transaction -> {
            Optional<DomainId> other = NameTransitions.claim(transaction, name, platform.self());
            if (other.isEmpty() && withQueue) {
                NameTransitions.openQueue(transaction, name, platform.self());
            }
            return other.orElse(null);
        });
    }

    private void outlive(String name, DomainId holder, Deadline deadline) throws IOException {
        XenStoreClient client = store.client();
        if (platform.self().equals(DomainId.DOM0)) {
            store.cleanUp("removal of '" + name + "'",
                    transaction -> NameTransitions.release(transaction, name, holder));
            return;
        }
        try {
            client.waitFor(reads -> reads.exists(Layout.name(name)) ? null : name, deadline.left());
        } catch (TimeoutException stays) {
            throw new ConduitNameTakenException(holder, "name '" + name + "' is taken: domain " + holder
                    + " has it, which is dead, but XenStore did not remove it within "
                    + deadline.whole().toMillis() + " ms");
        } catch (InterruptedException interrupt) {
            throw Store.interrupted("registration of '" + name + "'");
        }
    }
}
