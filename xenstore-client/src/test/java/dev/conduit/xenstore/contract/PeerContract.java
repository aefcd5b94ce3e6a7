package dev.conduit.xenstore.contract;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.peer.PeerServer;
import dev.conduit.xenstore.peer.Peers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The client at one of Debian's daemons. */
abstract class PeerContract extends ClientContract {

    private PeerServer server;

    abstract Peers.Daemon daemon();

    PeerServer server() {
        return server;
    }

    @Override
    protected XenStoreClient connect(ClientOptions options) throws Exception {
        return XenStoreClients.connect(server.socket(), options);
    }

    @Override
    protected Dialect dialect() {
        return daemon() == Peers.Daemon.C ? Dialect.C_4_17 : Dialect.OXENSTORED_4_17;
    }

    @BeforeEach
    @Override
    protected void open() throws Exception {
        server = PeerServer.start(daemon());
        super.open();
    }

    @AfterEach
    @Override
    protected void close() throws Exception {
        if (server != null) {
            super.close();
            server.close();
        }
    }
}
