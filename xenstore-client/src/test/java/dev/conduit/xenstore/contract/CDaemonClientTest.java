package dev.conduit.xenstore.contract;

import dev.conduit.xenstore.peer.Peers;

class CDaemonClientTest extends PeerContract {

    @Override
    Peers.Daemon daemon() {
        return Peers.Daemon.C;
    }
}
