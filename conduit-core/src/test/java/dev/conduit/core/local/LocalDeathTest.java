package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processes that are killed: what their peers see, and that nothing of them stays. */
class LocalDeathTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private HostFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new HostFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private static void awaitEvent(EventPort port, long seen) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (port.await(seen, deadline) == seen) {
            assertThat(System.nanoTime()).as("event after the kill").isLessThan(deadline);
        }
    }

    @Test
    void shouldClearByteAndRaisePortWhenMapperIsKilled() throws Exception {
        LocalPlatform owner = fixture.domain("owner");
        try (GuestProcess guest = new GuestProcess()) {
            DomainId peer = DomainId.parse(guest.ask("open " + fixture.folder() + " guest"));
            SharedPages shared = owner.grants().share(peer, 1, GrantAccess.READ_WRITE, false);
            EventPort port = owner.events().allocateUnbound(peer);
            guest.ask("map " + owner.self() + " " + shared.refs()[0] + " " + port.number());
            assertThat(shared.buffer().getInt(20)).isEqualTo(0x01010101);
            long seen = port.events();
            guest.kill();
            awaitEvent(port, seen);
            assertThat(shared.buffer().getInt(20)).isEqualTo(0x01010100);
            await().atMost(PATIENCE).until(() -> !owner.isAlive(peer));
            HostStatistics left = fixture.statistics();
            assertThat(left).isEqualTo(new HostStatistics(1, 1, 1, 0, 1, 0));
        }
    }

    @Test
    void shouldClearByteAndRaisePortWhenOwnerIsKilled() throws Exception {
        LocalPlatform mapper = fixture.domain("mapper");
        try (GuestProcess guest = new GuestProcess()) {
            DomainId owner = DomainId.parse(guest.ask("open " + fixture.folder() + " guest"));
            String[] shared = guest.ask("share " + mapper.self()).split(" ");
            int[] refs = {Integer.parseInt(shared[0])};
            PageRegion region = mapper.grants().map(owner, refs, GrantAccess.READ_WRITE, true);
            EventPort port = mapper.events().bind(owner, Integer.parseInt(shared[1]));
            awaitEvent(port, 0);
            long seen = port.events();
            guest.kill();
            awaitEvent(port, seen);
            assertThat(region.buffer().getInt(20)).isEqualTo(0x01010100);
            assertThat(region.buffer().getInt(0)).as("what was delivered before").isEqualTo(4711);
            await().atMost(PATIENCE).until(() -> !mapper.isAlive(owner));
            assertThatThrownBy(() -> mapper.grants().map(owner, refs, GrantAccess.READ_ONLY, false))
                    .isInstanceOf(PlatformException.class).hasMessageContaining("domain " + owner + " does not exist");
            port.send();
        }
    }

    @Test
    void shouldReleaseDomainInXenStoreWhenItIsKilled() throws Exception {
        try (GuestProcess guest = new GuestProcess();
                XenStoreClient dom0 = XenStoreClients.connect(fixture.host().directory().xenStoreSocket())) {
            String domain = guest.ask("open " + fixture.folder() + " guest");
            guest.ask("write data/service here");
            guest.ask("write /conduit/guest " + domain);
            assertThat(dom0.readString("/local/domain/" + domain + "/name")).isEqualTo("guest");
            CountDownLatch events = new CountDownLatch(2);
            dom0.watch("@releaseDomain", path -> events.countDown());
            await().atMost(PATIENCE).until(() -> events.getCount() == 1);
            guest.kill();
            assertThat(events.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(dom0.exists("/local/domain/" + domain)).isFalse();
            assertThat(dom0.exists("/conduit/guest")).isFalse();
        }
    }

    @Test
    void shouldEndAttachedProcessAloneAndDomainWithItsMaker() throws Exception {
        LocalPlatform maker = fixture.domain("maker");
        LocalPlatform peer = fixture.domain("peer");
        try (GuestProcess first = new GuestProcess(maker.environment());
                GuestProcess second = new GuestProcess(maker.environment())) {
            assertThat(first.ask("environment")).isEqualTo(maker.self().toString());
            assertThat(second.ask("environment")).isEqualTo(maker.self().toString());
            String[] shared = second.ask("share " + peer.self()).split(" ");
            PageRegion region = peer.grants().map(maker.self(), new int[] {Integer.parseInt(shared[0])},
                    GrantAccess.READ_ONLY, false);
            first.kill();
            await().atMost(PATIENCE).until(() -> fixture.statistics().handles() == 3);
            assertThat(peer.isAlive(maker.self())).isTrue();
            assertThat(region.buffer().get(20)).isEqualTo((byte) 1);
            maker.close();
            await().atMost(PATIENCE).until(() -> !peer.isAlive(maker.self()));
            assertThat(region.buffer().get(20)).as("cleared for the process that lost its domain").isZero();
            await().atMost(PATIENCE).until(() -> fixture.statistics().handles() == 1);
        }
    }
}
