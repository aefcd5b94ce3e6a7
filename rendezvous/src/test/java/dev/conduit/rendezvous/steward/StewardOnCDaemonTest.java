package dev.conduit.rendezvous.steward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.peer.Peers.Daemon;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Under C xenstored guests make their names, and there is little to do. */
@Timeout(60)
class StewardOnCDaemonTest {

    private static final DomainId SERVER = new DomainId(3);
    private static final DomainId CLIENT = new DomainId(7);

    @Test
    void shouldLeaveNamesToGuests() throws Exception {
        try (PeerDomains domains = new PeerDomains(Daemon.C); Steward steward = Steward.start(domains.dom0)) {
            XenStoreClient server = domains.introduce(SERVER);
            XenStoreClient client = domains.introduce(CLIENT);
            assertThat(domains.tree(Layout.ROOT)).isEqualTo(Map.of("/conduit", " [b0]", "/conduit/flows", " [w0]"));
            assertThat(Steward.startIfNeeded(domains.dom0)).as("guests need none").isEmpty();
            register(server, "web", SERVER);
            register(client, "browser", CLIENT);
            client.write("data/conduit-ask/a1", "name other");
            domains.destroy(SERVER);
            await().atMost(PeerDomains.LONG).untilAsserted(() ->
                    assertThat(domains.dom0.list("/conduit")).containsExactlyInAnyOrder("flows", "browser"));
            client.remove("/conduit");
            await().atMost(PeerDomains.LONG).until(() -> domains.dom0.exists(Layout.FLOWS));
            assertThat(domains.dom0.permissions("/conduit")).hasToString("[b0]");
            assertThat(client.readString("data/conduit-ask/a1")).isEqualTo("name other");
            assertThat(steward.isRunning()).isTrue();
        }
    }

    private static void register(XenStoreClient guest, String name, DomainId domain) throws Exception {
        guest.<Boolean, XenStoreException>transaction(transaction -> {
            transaction.write(Layout.name(name), domain.toString());
            transaction.setPermissions(Layout.name(name), Layout.namePermissions(domain));
            return true;
        });
    }
}
