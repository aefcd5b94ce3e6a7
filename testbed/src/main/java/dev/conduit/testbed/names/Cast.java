package dev.conduit.testbed.names;

import dev.conduit.testbed.actor.Dom0;
import dev.conduit.testbed.actor.Remote;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.util.List;

/** The actors of this suite: one on each Java in dom0, and one in a guest on each. */
final class Cast implements AutoCloseable {

    final XenStoreClient store;
    final Remote dom0On17;
    final Remote dom0On25;
    final Remote g17;
    final Remote g25;

    Cast() throws Exception {
        store = XenStoreClients.connect();
        dom0On17 = new Remote(store, 0, "dom0-17");
        dom0On25 = new Remote(store, 0, "dom0-25");
        g17 = Dom0.guest(store, "g17");
        g25 = Dom0.guest(store, "g25");
    }

    Remote named(String name) {
        return all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    List<Remote> all() {
        return List.of(dom0On17, dom0On25, g17, g25);
    }

    void clear() {
        all().forEach(one -> one.order("clear"));
    }

    @Override
    public void close() {
        all().forEach(Remote::end);
        store.close();
    }
}
