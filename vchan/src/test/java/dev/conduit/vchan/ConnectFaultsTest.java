package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static dev.conduit.vchan.Pair.SHORT;
import static dev.conduit.vchan.Pair.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.PlatformException;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails on the way to a channel: one clear line, and nothing stays behind. */
class ConnectFaultsTest {

    private static final String PATH = "/local/domain/1/data/vchan/2/7";
    private static final VchanOptions OPTIONS = VchanOptions.defaults();

    private static void assertOneLine(Throwable thrown) {
        assertThat(thrown.getMessage()).matches("[ -~]{10,}");
    }

    private static void publishAndClose(FakeMachine machine) throws IOException {
        try (VchanServer server = Vchan.open(machine.domain(1), new DomainId(2), OPTIONS)) {
            try {
                server.publish(PATH);
            } catch (XenStoreException e) {
                machine.store.assertNothingBelow(PATH);
                throw e;
            } finally {
                machine.faults.disarm();
            }
        }
    }

    @Test
    void shouldGiveEverythingBackWhateverStepOfTheServerFails() throws Exception {
        int step = 0;
        boolean happened = true;
        for (; happened; step++) {
            FakeMachine machine = new FakeMachine();
            machine.store.mkdir("/local/domain/1/data");
            machine.faults.failAfter(step);
            try {
                publishAndClose(machine);
            } catch (PlatformException | XenStoreException e) {
                assertOneLine(e);
            }
            happened = machine.faults.happened();
            assertThat(machine.store.paths()).as("step %d", step)
                    .containsExactly("/local", "/local/domain", "/local/domain/1", "/local/domain/1/data");
            machine.store.remove("/local");
            machine.assertNothingLeft();
        }
        assertThat(step).as("steps: port, three regions, notification, transaction, nodes, commit").isGreaterThan(10);
    }

    @Test
    void shouldGiveEverythingBackWhateverStepOfTheClientFails() throws Exception {
        int step = 0;
        boolean happened = true;
        for (; happened; step++) {
            try (Pair pair = new Pair(OPTIONS)) {
                pair.machine.faults.failAfter(step);
                try {
                    pair.connect(OPTIONS);
                } catch (PlatformException e) {
                    assertOneLine(e);
                    assertThat(pair.server.state()).isIn(VchanState.WAITING, VchanState.PEER_CLOSED);
                }
                pair.machine.faults.disarm();
                happened = pair.machine.faults.happened();
            }
        }
        assertThat(step).as("steps: port, three regions, notification").isEqualTo(6);
    }

    @Test
    void shouldGiveEverythingBackWhateverStepOfAClientWithAPathFails() throws Exception {
        int refused = 0;
        int tries = 0;
        boolean happened = true;
        for (; happened; tries++) {
            try (Pair pair = new Pair(OPTIONS)) {
                pair.machine.store.write("/p/ring-ref", "" + pair.listener.ringRef());
                pair.machine.store.write("/p/event-channel", "" + pair.listener.eventChannel());
                pair.machine.faults.failAfter(tries);
                try {
                    pair.client = Vchan.connect(pair.clientPlatform, new DomainId(1), "/p", OPTIONS, LONG);
                } catch (PlatformException | XenStoreException e) {
                    assertOneLine(e);
                    refused++;
                }
                pair.machine.faults.disarm();
                happened = pair.machine.faults.happened();
                pair.machine.store.remove("/p");
            }
        }
        assertThat(tries).isEqualTo(9);
        assertThat(refused).as("all but port, control page and notification, which are tried again").isEqualTo(5);
    }

    @Test
    void shouldPublishElsewhereAfterAFailure() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            pair.machine.faults.failAfter(2);
            assertThatThrownBy(() -> pair.listener.publish("/first")).isInstanceOf(XenStoreException.class);
            pair.listener.publish("/second");
            assertThat(pair.machine.store.exists("/second/ring-ref")).isTrue();
            pair.machine.faults.failAfter(0);
            assertThatThrownBy(() -> pair.listener.publish("/second")).isInstanceOf(XenStoreException.class);
            assertThat(pair.machine.store.exists("/second/ring-ref")).as("published before the failure").isTrue();
        }
    }

    @Test
    void shouldRefuseAStaleReference() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            assertThatThrownBy(() -> Vchan.connect(pair.clientPlatform, new DomainId(1), 999_999,
                    pair.listener.eventChannel(), OPTIONS)).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("grant 999999");
            assertThatThrownBy(() -> Vchan.connect(pair.machine.domain(3), new DomainId(1), pair.listener.ringRef(),
                    pair.listener.eventChannel(), OPTIONS)).isInstanceOf(PlatformException.class)
                    .hasMessageContaining("not for domain 3");
            pair.connect(OPTIONS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ring-ref", "event-channel"})
    void shouldSayWhichNodeIsNotThere(String missing) throws Exception {
        FakeMachine machine = new FakeMachine();
        machine.store.write("/p/" + (missing.equals("ring-ref") ? "event-channel" : "ring-ref"), "5");
        for (String value : new String[] {null, ""}) {
            if (value != null) {
                machine.store.write("/p/" + missing, value);
            }
            assertThatThrownBy(() -> Vchan.connect(machine.domain(2), new DomainId(1), "/p", OPTIONS, SHORT))
                    .isInstanceOf(VchanTimeoutException.class).hasMessage("no vchan was published at /p within 30 ms: /p/"
                            + missing + " is missing, or domain 2 may not read it");
        }
        machine.store.remove("/p");
        machine.assertNothingLeft();
    }

    @Test
    void shouldSayWhyTheLastTryFailedWhenTimeIsUp() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            pair.machine.store.write("/p/ring-ref", "999999");
            pair.machine.store.write("/p/event-channel", "" + pair.listener.eventChannel());
            assertThatThrownBy(() -> Vchan.connect(pair.clientPlatform, new DomainId(1), "/p", OPTIONS, SHORT))
                    .isInstanceOf(PlatformException.class).hasMessageContaining("grant 999999");
            assertThat(pair.server.state()).isEqualTo(VchanState.WAITING);
            pair.machine.store.remove("/p");
        }
    }

    @Test
    void shouldWaitForTheSuccessorOfAServerThatLeftItsNodes() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            pair.machine.store.write("/p/ring-ref", "999999");
            pair.machine.store.write("/p/event-channel", "888");
            pair.machine.faults.steps();
            Background<VchanChannel> connecting = Background.run(
                    () -> Vchan.connect(pair.clientPlatform, new DomainId(1), "/p", OPTIONS, LONG));
            await().atMost(LONG).until(() -> pair.machine.faults.steps().contains("bind"));
            pair.machine.store.write("/p/ring-ref", "" + pair.listener.ringRef());
            pair.machine.store.write("/p/event-channel", "" + pair.listener.eventChannel());
            pair.client = connecting.get();
            pair.client.write(pattern(0, 10));
            assertThat(pair.server.read(ByteBuffer.allocate(20))).isEqualTo(10);
            pair.machine.store.remove("/p");
        }
    }

    @Test
    void shouldWaitForASuccessorWithTheSameNumbers() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            raw.machine.store.write("/p/ring-ref", "" + raw.control.refs()[0]);
            raw.machine.store.write("/p/event-channel", "" + raw.port.number());
            raw.page.put(VchanPage.SRV_LIVE, (byte) 0);
            Background<VchanChannel> connecting = Background.run(
                    () -> Vchan.connect(raw.clientPlatform, new DomainId(1), "/p", OPTIONS, Duration.ofMinutes(5)));
            await().atMost(LONG).until(() -> raw.page.get(VchanPage.CLI_LIVE) == 0);
            assertThat(connecting.done()).as("tried, in vain").isFalse();
            raw.page.put(VchanPage.SRV_LIVE, (byte) 1);
            raw.client = connecting.get();
            assertThat(raw.client.state()).isEqualTo(VchanState.OPEN);
            raw.machine.store.remove("/p");
        }
    }

    @Test
    void shouldNotWaitForADomainThatIsGone() throws Exception {
        FakeMachine machine = new FakeMachine();
        machine.kill(1, true);
        assertThatThrownBy(() -> Vchan.connect(machine.domain(2), new DomainId(1), "/p", OPTIONS, LONG))
                .isInstanceOf(VchanPeerClosedException.class)
                .hasMessage("no vchan can be reached at /p: domain 1 is gone");
        machine.assertNothingLeft();
    }

    @Test
    void shouldEndAConnectThatIsInterrupted() throws Exception {
        FakeMachine machine = new FakeMachine();
        Background<VchanChannel> connecting = Background.run(
                () -> Vchan.connect(machine.domain(2), new DomainId(1), "/p", OPTIONS, LONG));
        connecting.thread.interrupt();
        assertThat(connecting.failure()).isInstanceOf(InterruptedIOException.class)
                .hasMessage("interrupted while waiting for the vchan at /p");
        machine.assertNothingLeft();
    }

    @Test
    void shouldEndAServersWaitThatIsInterruptedAndTakeAClientAfterwards() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            Background<Void> waiting = Background.run(() -> {
                pair.listener.awaitConnected(LONG);
                return null;
            });
            waiting.thread.interrupt();
            assertThat(waiting.failure()).isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("the server can still be used");
            pair.connect(OPTIONS);
            pair.listener.awaitConnected(LONG);
        }
    }
}
