package dev.conduit.xenstore.peer;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ProgramsOnOurServerTest extends CDialectContract {

    private static OurServer server;

    @BeforeAll
    static void start() {
        Peers.require();
        server = new OurServer();
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
