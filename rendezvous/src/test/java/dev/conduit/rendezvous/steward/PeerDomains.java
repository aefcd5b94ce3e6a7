package dev.conduit.rendezvous.steward;

import dev.conduit.core.DomainId;
import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.peer.PeerRing;
import dev.conduit.xenstore.peer.PeerServer;
import dev.conduit.xenstore.peer.Peers.Daemon;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One of Debian's XenStore daemons, with domains that have homes as a toolstack makes them. */
final class PeerDomains implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(30);

    final XenStoreClient dom0;
    private final PeerServer server;
    private final List<XenStoreClient> guests = new ArrayList<>();

    PeerDomains(Daemon daemon) throws XenStoreException {
        server = PeerServer.start(daemon);
        dom0 = connect();
    }

    /** One more connection with dom0's rights. */
    XenStoreClient connect() throws XenStoreException {
        return XenStoreClients.connect(server.socket());
    }

    /** A new domain. */
    XenStoreClient introduce(DomainId domain) throws XenStoreException {
        PeerRing ring = new PeerRing(server, domain.value());
        String home = home(domain);
        dom0.<Boolean, XenStoreException>transaction(transaction -> {
            transaction.mkdir(home + "/data");
            transaction.setPermissions(home, List.of(Permission.parse("n0"), Permission.parse("r" + domain)));
            transaction.setPermissions(home + "/data", List.of(Permission.parse("n" + domain)));
            return true;
        });
        dom0.administration().introduce(domain.value(), 1, 7);
        XenStoreClient guest = XenStoreClients.connect(ring, ClientOptions.defaults());
        guests.add(guest);
        return guest;
    }

    /** The domain ends, and its home goes, as with {@code xl destroy}. */
    void destroy(DomainId domain) throws XenStoreException {
        server.endDomain(domain.value());
        dom0.remove(home(domain));
    }

    static String home(DomainId domain) {
        return "/local/domain/" + domain;
    }

    /** Every node of some parts of the store with its value and permissions. */
    Map<String, String> tree(String... tops) throws XenStoreException {
        Map<String, String> tree = new TreeMap<>();
        for (String top : tops) {
            for (XenStoreNode node : dom0.walk(top, WalkLimits.defaults().withPermissions())) {
                tree.put(node.path(), node.text() + " " + node.permissions());
            }
        }
        return tree;
    }

    @Override
    public void close() {
        guests.forEach(XenStoreClient::close);
        dom0.close();
        server.close();
    }
}
