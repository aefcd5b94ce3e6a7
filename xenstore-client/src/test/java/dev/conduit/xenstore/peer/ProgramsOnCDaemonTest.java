package dev.conduit.xenstore.peer;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ProgramsOnCDaemonTest extends CDialectContract {

    private static PeerServer server;

    @BeforeAll
    static void start() {
        server = PeerServer.start(Peers.Daemon.C);
    }

    @AfterAll
    static void close() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    Path socket() {
        return server.socket();
    }
}
