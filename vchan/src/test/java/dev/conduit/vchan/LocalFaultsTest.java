package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static dev.conduit.vchan.Pair.SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.server.Quota;
import dev.conduit.xenstore.server.ServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Refusals of a real host and a real XenStore: what they say, and that nothing stays behind. */
class LocalFaultsTest {

    private static final VchanOptions OPTIONS = VchanOptions.defaults();

    /** Closing a {@link LocalMachine} checks that no grant, mapping, port or notification is left. */
    @Test
    void shouldRefuseNumbersThatAreNotForThisDomain() throws Exception {
        try (LocalMachine machine = new LocalMachine()) {
            LocalPlatform server = machine.domain("server");
            LocalPlatform client = machine.domain("client");
            LocalPlatform other = machine.domain("other");
            try (VchanServer vchan = Vchan.open(server, client.self(), OPTIONS);
                    VchanServer others = Vchan.open(server, other.self(), OPTIONS);
                    VchanServer wrongOwner = Vchan.open(other, client.self(), OPTIONS)) {
                assertThatThrownBy(() -> Vchan.connect(client, server.self(), others.ringRef(), vchan.eventChannel(),
                        OPTIONS)).isInstanceOf(PlatformException.class).hasMessageContaining("grant " + others.ringRef())
                        .hasMessageContaining("is for domain 3, not for domain 2");
                assertThatThrownBy(() -> Vchan.connect(client, server.self(), vchan.ringRef(), others.eventChannel(),
                        OPTIONS)).isInstanceOf(PlatformException.class)
                        .hasMessageContaining("port " + others.eventChannel() + " of domain 1 is for domain 3");
                int unknown = wrongOwner.ringRef() + 10_000;
                assertThatThrownBy(() -> Vchan.connect(client, server.self(), unknown, vchan.eventChannel(), OPTIONS))
                        .isInstanceOf(PlatformException.class).hasMessageContaining("grant " + unknown);
                assertThatThrownBy(() -> Vchan.connect(client, server.self(), vchan.ringRef(), 4000, OPTIONS))
                        .isInstanceOf(PlatformException.class).hasMessageContaining("domain 1 has no port 4000");
                for (int number : new int[] {0, -1}) {
                    assertThatThrownBy(() -> Vchan.connect(client, server.self(), number, vchan.eventChannel(), OPTIONS))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage("ring-ref " + number + " is not between 1 and 2147483647");
                    assertThatThrownBy(() -> Vchan.connect(client, server.self(), vchan.ringRef(), number, OPTIONS))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage("event-channel " + number + " is not between 1 and 2147483647");
                }
                Vchan.connect(client, server.self(), vchan.ringRef(), vchan.eventChannel(), OPTIONS).close();
            }
        }
    }

    @Test
    void shouldRefuseARingWhosePagesBelongToAnotherDomain() throws Exception {
        try (LocalMachine machine = new LocalMachine()) {
            LocalPlatform server = machine.domain("server");
            LocalPlatform client = machine.domain("client");
            LocalPlatform other = machine.domain("other");
            try (VchanServer vchan = Vchan.open(server, client.self(), OPTIONS);
                    SharedPages page = server.grants().share(client.self(), 1, GrantAccess.READ_WRITE, false);
                    VchanServer others = Vchan.open(server, other.self(), OPTIONS)) {
                page.buffer().putShort(VchanPage.LEFT_ORDER, (short) 12).putShort(VchanPage.RIGHT_ORDER, (short) 11)
                        .put(VchanPage.SRV_LIVE, (byte) 1).putInt(VchanPage.GRANTS, others.ringRef());
                assertThatThrownBy(() -> Vchan.connect(client, server.self(), page.refs()[0], vchan.eventChannel(),
                        OPTIONS)).isInstanceOf(PlatformException.class)
                        .hasMessageContaining("grant " + others.ringRef()).hasMessageContaining("domain 3");
                assertThat(page.buffer().get(VchanPage.CLI_LIVE)).as("unmapped again").isZero();
            }
        }
    }

    @Test
    void shouldSayThatTheQuotaOfNodesIsUsedUp() throws Exception {
        try (LocalMachine machine = new LocalMachine(ServerOptions.defaults().withQuota(Quota.NODES, 6))) {
            LocalPlatform server = machine.domain("server");
            LocalPlatform client = machine.domain("client");
            VchanServer vchan = Vchan.open(server, client.self(), OPTIONS);
            server.xenStore().write("data/filler", "");
            server.xenStore().write("data/filler2", "");
            assertThatThrownBy(() -> vchan.publish("data/vchan/2/7")).isInstanceOf(XenStoreException.class)
                    .hasMessageMatching("cannot publish the vchan with ring-ref [0-9]+ at 'data/vchan/2/7': "
                            + "XenStore write of 'data/vchan/2/7/[a-z-]+' refused: ENOSPC; "
                            + "domain 1 has used up a quota of XenStore");
            assertThat(server.xenStore().exists("data/vchan")).isFalse();
            server.xenStore().remove("data/filler");
            server.xenStore().remove("data/filler2");
            vchan.publish("data/vchan/2/7");
            vchan.close();
            assertThat(server.xenStore().exists("data/vchan")).isFalse();
        }
    }

    @Test
    void shouldSayThatTheQuotaOfWatchesIsUsedUp() throws Exception {
        try (LocalMachine machine = new LocalMachine(ServerOptions.defaults().withQuota(Quota.WATCHES, 3))) {
            LocalPlatform server = machine.domain("server");
            LocalPlatform client = machine.domain("client");
            List<XenStoreClient.Watch> watches = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                watches.add(client.xenStore().watch("data/" + i, path -> { }));
            }
            assertThatThrownBy(() -> Vchan.connect(client, server.self(), "/local/domain/1/data/vchan/2/7", OPTIONS,
                    PATIENCE)).isInstanceOf(XenStoreException.class)
                    .hasMessageMatching("cannot wait for the vchan at '/local/domain/1/data/vchan/2/7': "
                            + "XenStore watch of '/local/domain/1/data/vchan/2/7/[a-z-]+' refused: ENOSPC; "
                            + "domain 2 has used up a quota of XenStore");
            watches.get(0).close();
            assertThatThrownBy(() -> Vchan.connect(client, server.self(), "/local/domain/1/data/vchan/2/7", OPTIONS,
                    SHORT)).as("both watches are free again").isInstanceOf(VchanTimeoutException.class);
            watches.get(1).close();
        }
    }

    @Test
    void shouldSayThatTheQuotaOfTransactionsIsUsedUp() throws Exception {
        try (LocalMachine machine = new LocalMachine(ServerOptions.defaults().withQuota(Quota.TRANSACTIONS, 1))) {
            LocalPlatform server = machine.domain("server");
            LocalPlatform client = machine.domain("client");
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Background<Void> other = Background.run(() -> server.xenStore().<Void, InterruptedException>transaction(
                    transaction -> {
                        begun.countDown();
                        goOn.await();
                        return null;
                    }));
            begun.await();
            VchanServer vchan = Vchan.open(server, client.self(), OPTIONS);
            assertThatThrownBy(() -> vchan.publish("data/vchan/2/7")).isInstanceOf(XenStoreException.class)
                    .hasMessageMatching("cannot publish the vchan with ring-ref [0-9]+ at 'data/vchan/2/7': "
                            + "XenStore .* refused: ENOSPC; domain 1 has used up a quota of XenStore");
            goOn.countDown();
            other.get();
            vchan.publish("data/vchan/2/7");
            vchan.close();
            assertThat(server.xenStore().exists("data/vchan")).isFalse();
        }
    }

    @Test
    void shouldGiveEverythingBackWhenPortsRunOut() throws Exception {
        try (LocalMachine machine = new LocalMachine()) {
            LocalPlatform server = machine.domain("server");
            LocalPlatform client = machine.domain("client");
            List<EventPort> ports = new ArrayList<>();
            assertThatThrownBy(() -> {
                while (true) {
                    ports.add(server.events().allocateUnbound(client.self()));
                }
            }).isInstanceOf(PlatformException.class);
            assertThat(ports).hasSize(4095);
            assertThatThrownBy(() -> Vchan.open(server, client.self(), OPTIONS)).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("4095").hasMessageContaining("ENOSPC");
            ports.remove(0).close();
            Vchan.open(server, client.self(), OPTIONS).close();
            ports.forEach(EventPort::close);
        }
    }

    @Test
    void shouldGiveEverythingBackWhenGrantsRunOut() throws Exception {
        try (LocalMachine machine = new LocalMachine()) {
            LocalPlatform server = machine.domain("server");
            LocalPlatform client = machine.domain("client");
            List<SharedPages> shares = new ArrayList<>();
            assertThatThrownBy(() -> {
                while (true) {
                    shares.add(server.grants().share(client.self(), 1, GrantAccess.READ_WRITE, false));
                }
            }).isInstanceOf(PlatformException.class);
            for (int free = 0; free < 3; free++) {
                int before = LocalPlatform.statistics(machine.folder).grants();
                assertThatThrownBy(() -> Vchan.open(server, client.self(), OPTIONS)).as("%d shares free", free)
                        .isInstanceOf(PlatformException.class).hasMessageContaining("ENOSPC");
                assertThat(LocalPlatform.statistics(machine.folder).grants()).isEqualTo(before);
                assertThat(LocalPlatform.statistics(machine.folder).ports()).isZero();
                shares.remove(0).close();
            }
            Vchan.open(server, client.self(), OPTIONS).close();
            shares.forEach(SharedPages::close);
        }
    }
}
