package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server with rings, domain 0 in its process, and one guest, domain 5, that owns {@code /g}. */
abstract class RingServerFixture {

    static final Duration LONG = Duration.ofSeconds(20);

    final TestServer server = new TestServer();
    XenStoreClient dom0;
    RawGuest guest;

    @BeforeEach
    void open() throws Exception {
        dom0 = server.inProcess(0);
        dom0.mkdir("/g");
        dom0.setPermissions("/g", List.of(new Permission(Access.NONE, 5)));
        guest = introduced(5);
    }

    @AfterEach
    void close() {
        dom0.close();
        server.close();
        assertThat(server.rings().closed()).isTrue();
    }

    final RawGuest introduced(int domain) throws IOException {
        server.overRing(domain);
        return new RawGuest(server.rings().guest(domain));
    }

    static String text(Message message) {
        return new String(message.payload(), StandardCharsets.ISO_8859_1);
    }

    static void assertServes(RawGuest guest) {
        assertThat(text(guest.ask(Operation.GET_DOMAIN_PATH, "9|"))).isEqualTo("/local/domain/9\0");
    }
}
