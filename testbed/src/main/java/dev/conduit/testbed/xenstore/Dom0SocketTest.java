package dev.conduit.testbed.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** dom0 over the server's Unix socket. */
class Dom0SocketTest extends Dom0Test {

    Dom0SocketTest() {
        super(Place.SOCKET);
    }

    /** C xenstored sends them in parts, oxenstored in one message longer than the protocol allows. */
    @Test
    void shouldListMoreChildrenThanFitInAMessage() throws Exception {
        makeChildren(300);

        assertThat(client.list(base + "/many")).hasSize(300).contains("child-00000000", "child-00000299");
    }
}
