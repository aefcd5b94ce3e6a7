package dev.conduit.xenstore.peer;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ProgramsOnOCamlDaemonTest extends ProgramsContract {

    private static PeerServer server;

    @BeforeAll
    static void start() {
        server = PeerServer.start(Peers.Daemon.OCAML);
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
