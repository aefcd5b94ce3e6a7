package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.Usage;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A guest that does not read, reads late, or disturbs others; under a simulated clock. */
class GuestBoundsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Wire wire = new Wire();
    private final Wire.Client dom0 = wire.connect(0);
    private final Wire.Client guest = wire.connect(5);

    GuestBoundsTest() {
        dom0.ask(Operation.WRITE, "/g5|");
        dom0.ask(Operation.SET_PERMS, "/g5|n5|");
        wire.store().domains().introduce(5);
    }

    @AfterEach
    void check() {
        guest.receive();
        assertThat(wire.store().consistent()).isTrue();
        guest.close();
        assertThat(wire.store().consistent()).isTrue();
        assertThat(usage().memory()).as("of its nodes")
                .isCloseTo(usage().nodes() * 255L, within(usage().nodes() * 30L));
    }

    private Usage usage() {
        return wire.store().domains().usage().get(5);
    }

    private static ByteBuffer reads(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(WireHeader.ORDER);
        for (int i = 0; i < count; i++) {
            Message.of(Operation.READ, i, 0, Wire.payload("/g5|")).encode(bytes);
        }
        return bytes.flip();
    }

    private static int drainOne(Wire.Client client) {
        ByteBuffer out = ByteBuffer.allocate(16 + 64).order(WireHeader.ORDER);
        out.limit(17);
        client.wire().drainTo(out);
        return out.position();
    }

    @Test
    void shouldHandleTwentyRequestsAheadOfTheReader() {
        guest.wire().receive(reads(50));

        assertThat(guest.wire().wantsInput()).isFalse();
        assertThat(guest.wire().canResume()).isFalse();
        assertThat(dom0.ask(Operation.CONTROL, "quota|5|")).contains("outstanding      :       20 (max       20)");
        assertThat(drainOne(guest)).as("an empty reply is read").isEqualTo(16);
        assertThat(guest.wire().canResume()).isTrue();
        guest.wire().resume();
        assertThat(guest.wire().canResume()).isFalse();
        assertThat(guest.receive()).hasSize(49);
        assertThat(guest.wire().wantsInput()).isTrue();
    }

    @Test
    void shouldTakeTheNumberOfOutstandingRequestsAtRunTime() {
        dom0.ask(Operation.SET_QUOTA, "5|outstanding|3|");
        guest.wire().receive(reads(4));
        assertThat(guest.wire().canResume()).isFalse();
        dom0.ask(Operation.SET_QUOTA, "5|outstanding|0|");
        assertThat(guest.wire().canResume()).as("no limit").isTrue();
    }

    @Test
    void shouldNotLimitOutstandingRequestsOfThePrivilegedDomain() {
        dom0.wire().receive(reads(200));
        assertThat(dom0.wire().wantsInput()).isTrue();
        assertThat(dom0.receive()).hasSize(200);
    }

    @Test
    void shouldDropEventsAGuestDoesNotReadForTwentySeconds() {
        guest.talk(Operation.WATCH, 0, "/g5|t|");
        dom0.ask(Operation.WRITE, "/g5/early|");
        wire.pass(15 * SECOND);
        dom0.ask(Operation.WRITE, "/g5/late|");
        wire.pass(5 * SECOND - 1);
        assertThat(guest.wire().broken()).isNull();
        assertThat(usage().memory()).isGreaterThan(8500);
        wire.pass(1);

        assertThat(guest.receive()).singleElement().satisfies(event ->
                assertThat(Wire.text(event.payload())).isEqualTo("/g5/late|t|"));
        dom0.ask(Operation.WRITE, "/g5/again|");
        wire.pass(19 * SECOND);
        assertThat(guest.receive()).as("its own twenty seconds").hasSize(1);
    }

    @Test
    void shouldKeepRepliesAndDropOnlyEvents() {
        guest.talk(Operation.WATCH, 0, "/g5|t|");
        guest.send(Operation.WRITE, 0, "/g5/a|v");
        guest.send(Operation.READ, 0, "/g5/a|");
        wire.pass(100 * SECOND);

        assertThat(guest.receive()).extracting(message -> Wire.text(message.payload())).containsExactly("OK|", "v");
    }

    @Test
    void shouldFireAgainWhatWasDropped() {
        guest.talk(Operation.WATCH, 0, "/g5|t|");
        dom0.ask(Operation.WRITE, "/g5/a|");
        wire.pass(20 * SECOND);
        dom0.ask(Operation.WRITE, "/g5/a|");
        assertThat(guest.receive()).hasSize(1);
    }

    @Test
    void shouldNotDropEventsOfThePrivilegedDomain() {
        dom0.talk(Operation.WATCH, 0, "/g5|t|");
        guest.ask(Operation.WRITE, "/g5/a|");
        wire.pass(1000 * SECOND);
        assertThat(dom0.receive()).hasSize(1);
    }

    @Test
    void shouldDropEventsBeyondTheMemoryOfAGuest() {
        dom0.ask(Operation.SET_QUOTA, "5|memory|50000|");
        dom0.ask(Operation.WRITE, "/public|");
        dom0.ask(Operation.SET_PERMS, "/public|n0|r5|");
        guest.talk(Operation.WATCH, 0, "/public|" + "t".repeat(1000) + "|");
        for (int i = 0; i < 200; i++) {
            dom0.ask(Operation.WRITE, "/public/" + i + "|");
        }

        assertThat(usage().memory()).isBetween(48_000L, 50_000L);
        assertThat(guest.wire().broken()).isNull();
        assertThat(guest.receive()).hasSizeBetween(10, 50);
        assertThat(guest.ask(Operation.READ, "/public/7|")).as("it goes on").isEmpty();
    }

    @Test
    void shouldHaveRequestsOfADisturberRestAndGoOnByItself() {
        for (int i = 0; i < 6; i++) {
            String tx = dom0.ask(Operation.TRANSACTION_START, "|").replace("|", "");
            dom0.ask(Operation.READ, Integer.parseInt(tx), "/g5|");
            dom0.ask(Operation.WRITE, Integer.parseInt(tx), "/result|");
            guest.ask(Operation.WRITE, "/g5|" + i);
            assertThat(dom0.ask(Operation.TRANSACTION_END, Integer.parseInt(tx), "T|")).isEqualTo("EAGAIN|");
        }
        guest.wire().receive(reads(2));
        assertThat(guest.receive()).as("resting").isEmpty();
        assertThat(guest.wire().wantsInput()).isFalse();
        int outputs = guest.outputs();
        wire.pass(10 * MILLI);
        assertThat(guest.outputs()).as("told to go on").isGreaterThan(outputs);
        guest.wire().resume();
        assertThat(guest.receive()).hasSize(2);
        assertThat(guest.wire().wantsInput()).isTrue();
    }

    @Test
    void shouldForgetAConnectionThatIsClosedWithTimersSet() {
        Wire.Client gone = wire.connect(5);
        gone.talk(Operation.WATCH, 0, "/g5|t|");
        dom0.ask(Operation.WRITE, "/g5/a|");
        gone.close();
        int outputs = gone.outputs();
        wire.pass(100 * SECOND);
        assertThat(gone.outputs()).isEqualTo(outputs);
        assertThat(wire.timers().millisToNext()).as("nothing is waited for").isZero();
    }

    @Test
    void shouldSlowDownWhoFloodsAReader() {
        Wire.Client reader = wire.connect(0);
        reader.talk(Operation.WATCH, 0, "/g5|t|");
        int written = 0;
        for (int millis = 0; millis < 20_000; millis++) {
            for (int i = 0; i < 20 && guest.wire().wantsInput(); i++) {
                String path = "/g5/a-name-that-is-rather-long-" + written++ + "|";
                guest.send(Operation.WRITE, 0, path);
                guest.send(Operation.RM, 0, path);
                guest.receive();
            }
            wire.pass(MILLI);
            guest.wire().resume();
            guest.receive();
            assertThat(reader.wire().broken()).as("after %d ms", millis).isNull();
            if (millis % 5000 == 4999) {
                assertThat(reader.receive()).as("after %d ms", millis).hasSizeGreaterThan(5000);
            }
        }
        assertThat(written).isGreaterThan(20_000);
    }

    @Test
    void shouldNotSlowDownOthersForAGuestThatDoesNotRead() {
        dom0.ask(Operation.WRITE, "/public|");
        dom0.ask(Operation.SET_PERMS, "/public|n6|r5|");
        Wire.Client writer = wire.connect(6);
        for (int i = 0; i < 128; i++) {
            guest.talk(Operation.WATCH, 0, "/public|" + i + "t".repeat(4000) + "|");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(writer.ask(Operation.WRITE, "/public/" + i + "|")).isEqualTo("OK|");
            assertThat(writer.wire().wantsInput()).isTrue();
        }
        assertThat(guest.wire().broken()).contains("bytes unread");
        writer.close();
        dom0.ask(Operation.RM, "/public|");
    }

    @Test
    void shouldBoundTheConnectionsOfADomain() {
        List<Wire.Client> clients = new ArrayList<>();
        for (int i = 1; i < 256; i++) {
            clients.add(wire.connect(5));
            assertThat(clients.get(i - 1).wire().broken()).as("connection %d", i + 1).isNull();
        }
        Wire.Client tooMany = wire.connect(5);
        assertThat(tooMany.wire().broken()).isEqualTo("its domain has too many connections");
        tooMany.close();
        clients.forEach(Wire.Client::close);
        assertThat(wire.connect(5).wire().broken()).isNull();
        wire.store().domains().release(5);
        dom0.ask(Operation.WRITE, "/g5|");
        dom0.ask(Operation.SET_PERMS, "/g5|n5|");
    }

    @Test
    void shouldAnswerOneRequestAtATimeWithoutMemory() {
        dom0.ask(Operation.SET_QUOTA, "5|memory|1|");
        guest.wire().receive(reads(3));
        assertThat(guest.wire().canResume()).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(drainOne(guest)).isEqualTo(16);
            guest.wire().resume();
        }
        assertThat(guest.wire().wantsInput()).isTrue();
        assertThat(guest.ask(Operation.WRITE, "/g5|x")).isEqualTo("ENOMEM|");
        assertThat(guest.ask(Operation.WATCH, "/g5|t|")).isEqualTo("ENOMEM|");
        assertThat(guest.ask(Operation.TRANSACTION_START, "|")).isEqualTo("ENOMEM|");
        dom0.ask(Operation.WRITE, "/g5|");
    }

    @Test
    void shouldBeSafeWithoutAnyConfiguration() {
        for (Kind kind : Kind.values()) {
            assertThat(Limits.standard().get(kind)).as(kind.key()).isPositive();
            assertThat(ServerOptions.defaults().limits().get(kind)).isEqualTo(kind.standard());
        }
        assertThat(List.of(Quota.values())).hasSize(Kind.values().length + 2);
    }
}
