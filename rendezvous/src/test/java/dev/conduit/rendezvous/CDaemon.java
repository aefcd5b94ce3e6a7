package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.steward.GuestPlatform;
import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.peer.PeerRing;
import dev.conduit.xenstore.peer.PeerServer;
import dev.conduit.xenstore.peer.Peers;
import java.util.List;

/** Debian's C xenstored with its default quotas, without Xen, and domains of the local platform as its guests. */
final class CDaemon implements AutoCloseable {

    final XenStoreClient dom0;
    private final PeerServer server = PeerServer.start(Peers.Daemon.C);

    /** Starts it; skips the test when Debian's programs are not here. */
    CDaemon() throws XenStoreException {
        dom0 = XenStoreClients.connect(server.socket());
        ConduitTree.prepare(dom0);
    }

    /** A domain of the local platform that has its XenStore here instead, over a ring. */
    Platform guest(Platform local) throws XenStoreException {
        int id = local.self().value();
        PeerRing ring = new PeerRing(server, id);
        dom0.administration().introduce(id, 1, 7);
        String home = "/local/domain/" + id;
        dom0.mkdir(home + "/data");
        dom0.setPermissions(home, List.of(Permission.parse("n0"), Permission.parse("r" + id)));
        dom0.setPermissions(home + "/data", List.of(Permission.parse("n" + id)));
        return new GuestPlatform(local, XenStoreClients.connect(ring, ClientOptions.defaults()));
    }

    /** Has a domain die, and its nodes with it. */
    void end(DomainId domain) {
        server.endDomain(domain.value());
    }

    @Override
    public void close() {
        dom0.close();
        server.close();
    }
}
