package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A XenStore with a few domains, each with a home it may write in. */
final class StoreFixture implements AutoCloseable {

    static final DomainId SERVER = new DomainId(3);
    static final DomainId CLIENT = new DomainId(7);
    static final DomainId THIRD = new DomainId(9);

    final XenStoreServer store = XenStoreServer.start(ServerOptions.defaults());
    final XenStoreClient dom0 = store.connect(0);
    final XenStoreClient server;
    final XenStoreClient client;
    final XenStoreClient third;

    StoreFixture() throws XenStoreException {
        ConduitTree.prepare(dom0);
        server = introduce(SERVER);
        client = introduce(CLIENT);
        third = introduce(THIRD);
    }

    XenStoreClient introduce(DomainId domain) throws XenStoreException {
        store.introduce(domain.value());
        String home = "/local/domain/" + domain;
        dom0.mkdir(home + "/data");
        dom0.setPermissions(home, List.of(Permission.parse("n0"), Permission.parse("r" + domain)));
        dom0.setPermissions(home + "/data", List.of(Permission.parse("n" + domain)));
        return store.connect(domain.value());
    }

    /** Every node with its value and permissions. */
    Map<String, String> tree() throws XenStoreException {
        return tree(dom0);
    }

    static Map<String, String> tree(XenStoreClient dom0) throws XenStoreException {
        return dom0.<Map<String, String>, XenStoreException>transaction(transaction -> {
            Map<String, String> tree = new TreeMap<>();
            for (String top : List.of("/conduit", "/local")) {
                Trees.walk(transaction, top, tree);
            }
            return tree;
        });
    }

    @Override
    public void close() {
        for (XenStoreClient each : List.of(dom0, server, client, third)) {
            each.close();
        }
        store.close();
    }
}
