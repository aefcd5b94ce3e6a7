package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.peer.Peers.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProgramsOnOurServerTest extends ProgramsContract {

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

    @Test
    void shouldObeyXenstoreControl() {
        assertThat(Peers.tool(socket(), "xenstore-control", "check").exitCode()).isZero();
        assertThat(Peers.tool(socket(), "xenstore-control", "help").out()).contains("check");
        assertThat(Peers.tool(socket(), "xenstore-control", "nonsense").exitCode()).isNotZero();
    }
}
