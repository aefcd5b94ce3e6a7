package dev.conduit.synjitsu.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FloodTest {

    private static final TcpOptions NO_TIMESTAMPS = new TcpOptions(1460, 7, true, false, 0, 0, new int[0]);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetAnHonestClientInDuringAFlood(boolean timestamps) {
        Rig rig = new Rig();
        for (int i = 0; i < 100_000; i++) {
            rig.receive(forged(i).flags(Segment.SYN).sequence(i).options(Rig.ALL_OPTIONS));
        }
        assertThat(rig.takeSent()).as("each is answered").hasSize(100_000);
        assertThat(rig.table.size()).isEqualTo(4096);
        assertThat(rig.table.halfOpen()).isEqualTo(4096);

        rig.receive(Rig.syn().options(timestamps ? Rig.ALL_OPTIONS : NO_TIMESTAMPS));
        Segment cookie = rig.answer();
        assertThat(rig.table.size()).isEqualTo(4096);
        assertThat(cookie.options().windowScale()).isEqualTo(timestamps ? 7 : -1);
        rig.now += 100_000_000;
        rig.receive(answerTo(cookie, "GET /"));
        assertThat(rig.answer().acknowledgement()).isEqualTo(Rig.CLIENT_SEQUENCE + 1 + 5);
        assertThat(rig.table.size()).isEqualTo(4097);
        Tcb tcb = honest(rig);
        assertThat(Rig.text(tcb.data())).isEqualTo("GET /");
        assertThat(tcb.maxSegment()).isEqualTo(1460);
        assertThat(tcb.sack()).isEqualTo(timestamps);
        assertThat(tcb.sendScale()).isEqualTo(timestamps ? 7 : -1);
        assertThat(tcb.receiveScale()).isEqualTo(timestamps ? 7 : -1);
        assertThat(tcb.sendWindow()).isEqualTo(timestamps ? 1000 << 7 : 1000);
        assertThat(rig.events).endsWith("asked 80", "established", "data 5");

        rig.advanceMillis(63_000);
        for (int i = 0; i < 10; i++) {
            rig.advanceMillis(10_000);
        }
        assertThat(rig.table.size()).as("the flood is forgotten").isEqualTo(1);
        assertThat(rig.table.halfOpen()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 88", "535, 88", "536, 536", "1459, 1440", "1460, 1460", "9000, 8960"})
    void shouldKeepTheMssInTheCookieRoundedDown(int said, int kept) {
        Rig rig = alwaysCookies();
        rig.receive(Rig.syn().options(new TcpOptions(said, -1, false, true, 1, 0, new int[0])));
        rig.receive(answerTo(rig.answer(), ""));
        assertThat(rig.tcb().maxSegment()).isEqualTo(kept);
        assertThat(rig.tcb().sendScale()).isEqualTo(-1);
        assertThat(rig.tcb().sack()).isFalse();
    }

    @Test
    void shouldNotLetTheTimestampGoBack() {
        Rig rig = alwaysCookies();
        for (int i = 0; i < 200; i++) {
            rig.receive(Rig.syn().options(Rig.ALL_OPTIONS));
            Segment cookie = rig.answer();
            rig.receive(answerTo(cookie, "x"));
            int later = rig.answer().options().timestamp();
            assertThat(later - cookie.options().timestamp()).as("at " + rig.now).isBetween(0, 63);
            rig.table.remove(rig.connection());
            rig.now += 1_000_000;
        }
    }

    @Test
    void shouldTakeACookieForAboutAMinuteButNotTwo() {
        Rig rig = alwaysCookies();
        rig.receive(Rig.syn());
        Segment cookie = rig.answer();
        rig.now += SynCookies.PERIOD_NANOS;
        rig.receive(answerTo(cookie, ""));
        assertThat(rig.table.size()).isEqualTo(1);
        rig.table.remove(rig.connection());
        rig.now += SynCookies.PERIOD_NANOS;
        rig.receive(answerTo(cookie, ""));
        assertThat(rig.table.size()).isZero();
        assertThat(rig.answer().flags()).as("no more cookies are out").isEqualTo(Segment.RST);
    }

    @Test
    void shouldNotTakeOthersCookiesNorResetWhatMayBeOne() {
        Rig rig = alwaysCookies();
        rig.receive(Rig.syn());
        Segment cookie = rig.answer();
        for (int bit = 0; bit < 32; bit++) {
            rig.receive(answerTo(cookie, "").sequence(Rig.CLIENT_SEQUENCE + 1 ^ 1 << bit));
        }
        for (int bit = 0; bit < 27; bit++) {
            rig.receive(answerTo(cookie, "").acknowledgement((cookie.sequence() ^ 1 << bit) + 1));
        }
        rig.receive(Segment.from(Rig.CLIENT, 4001, Rig.SERVICE, 80).flags(Segment.ACK).sequence(Rig.CLIENT_SEQUENCE + 1)
                .acknowledgement(cookie.sequence() + 1));
        assertThat(rig.table.size()).isZero();
        assertThat(rig.takeSent()).isEmpty();
        assertThat(rig.drops.of(DropReason.NO_COOKIE)).isEqualTo(32 + 27 + 1);
        for (int bit = 28; bit < 32; bit++) {
            rig.receive(answerTo(cookie, "").acknowledgement((cookie.sequence() ^ 1 << bit) + 1));
            assertThat(rig.answer().flags()).as("not of a cookie's age").isEqualTo(Segment.RST);
        }
        assertThat(rig.table.size()).isZero();
    }

    @Test
    void shouldTakeTheCookieThoughTheSameSynWasKeptLater() {
        Rig rig = new Rig(new TableOptions().halfOpen(1, 1));
        rig.receive(forged(1).flags(Segment.SYN));
        rig.takeSent();
        Connection other = rig.connection();
        rig.receive(Rig.syn());
        Segment cookie = rig.answer();
        rig.table.remove(other);
        rig.receive(Rig.syn());
        assertThat(rig.answer().sequence()).isNotEqualTo(cookie.sequence());
        rig.receive(answerTo(cookie, "hello"));
        assertThat(rig.table.size()).isEqualTo(1);
        assertThat(rig.received()).isEqualTo("hello");
        assertThat(rig.tcb().sendNext()).isEqualTo(cookie.sequence() + 1);
        assertThat(rig.table.halfOpen()).isZero();
    }

    @Test
    void shouldTakeCookiesOfAPredecessor() {
        Rig before = alwaysCookies();
        before.receive(Rig.syn());
        Segment cookie = before.answer();
        Rig after = new Rig();
        after.receive(answerTo(cookie, "hello"));
        assertThat(after.received()).isEqualTo("hello");
    }

    @Test
    void shouldNotResetAPredecessorsClientWhoseDataOvertakes() {
        Rig before = new Rig(new TableOptions().halfOpen(1, 1));
        before.receive(forged(1).flags(Segment.SYN));
        before.takeSent();
        Tcb kept = before.tcb();
        before.receive(Rig.syn());
        Segment cookie = before.answer();

        Rig after = new Rig();
        after.table.restore(kept, 1, after.now);
        after.receive(Rig.data(5, " world", cookie.sequence() + 1));
        assertThat(after.takeSent()).isEmpty();
        after.receive(answerTo(cookie, "hello"));
        after.receive(Rig.data(5, " world", cookie.sequence() + 1));
        assertThat(Rig.text(honest(after).data())).isEqualTo("hello world");
    }

    @Test
    void shouldGiveOneSourceOnlyItsShare() {
        Rig rig = new Rig(new TableOptions().connections(100, 10).halfOpen(100, 3));
        for (int port = 1; port <= 30; port++) {
            rig.receive(Segment.from(Rig.CLIENT, port, Rig.SERVICE, 80).flags(Segment.SYN));
        }
        assertThat(rig.table.size()).as("beyond 3 half open: cookies").isEqualTo(3);
        for (Segment answer : rig.takeSent()) {
            rig.receive(Segment.from(Rig.CLIENT, answer.destinationPort(), Rig.SERVICE, 80).flags(Segment.ACK).sequence(1)
                    .acknowledgement(answer.sequence() + 1));
        }
        assertThat(rig.table.size()).isEqualTo(10);
        assertThat(rig.drops.of(DropReason.TOO_MANY_CONNECTIONS)).isEqualTo(20);
        rig.receive(Segment.from(Rig.CLIENT, 31, Rig.SERVICE, 80).flags(Segment.SYN));
        assertThat(rig.takeSent()).isEmpty();
        rig.receive(Segment.from(Rig.address("10.9.0.2"), 31, Rig.SERVICE, 80).flags(Segment.SYN));
        assertThat(rig.takeSent()).hasSize(1);
        rig.table.remove(rig.connection());
        assertThat(rig.table.size()).isEqualTo(10);
    }

    @Test
    void shouldCountAnIpv6NetworkAsOneSource() {
        Rig rig = new Rig(new TableOptions().halfOpen(100, 3));
        IpAddress service = Rig.address("fd09::10");
        rig.table.arm(service, Set.of(80));
        for (int host = 1; host <= 10; host++) {
            rig.receive(Segment.from(Rig.address("2001:db8::" + host), 1, service, 80).flags(Segment.SYN));
        }
        assertThat(rig.table.size()).isEqualTo(3);
    }

    @Test
    void shouldBoundAllConnections() {
        Rig rig = new Rig(new TableOptions().connections(5, 5));
        for (int i = 0; i < 10; i++) {
            rig.receive(forged(i).flags(Segment.SYN));
        }
        assertThat(rig.takeSent()).hasSize(5);
        assertThat(rig.drops.of(DropReason.TOO_MANY_CONNECTIONS)).isEqualTo(5);
    }

    @Test
    void shouldNeedAtMost512BytesForAHalfOpenConnection() {
        int count = 60_000;
        Rig rig = new Rig(new TableOptions().connections(count, 1).halfOpen(count, 1));
        Runnable forget = () -> {
            rig.sent.clear();
            rig.events.clear();
            rig.table.takeChanged();
        };
        rig.receive(forged(count).flags(Segment.SYN).options(Rig.ALL_OPTIONS));
        forget.run();
        long before = usedMemory();
        for (int i = 0; i < count - 1; i++) {
            rig.receive(forged(i).flags(Segment.SYN).options(Rig.ALL_OPTIONS));
            if (i % 1000 == 0) {
                forget.run();
            }
        }
        forget.run();
        double each = (double) (usedMemory() - before) / (count - 1);
        assertThat(rig.table.halfOpen()).isEqualTo(count);
        assertThat(each).as("bytes a half-open connection").isBetween(100.0, 512.0);
    }

    static Segment.Builder forged(int number) {
        return Segment.from(Rig.address("172." + (16 + (number >>> 16)) + "." + (number >>> 8 & 0xff) + "." + (number & 0xff)),
                1024 + number % 60_000, Rig.SERVICE, Rig.PORT).window(64_240).via(1);
    }

    private static Rig alwaysCookies() {
        return new Rig(new TableOptions().halfOpen(0, 0));
    }

    private static Segment.Builder answerTo(Segment synAck, String data) {
        TcpOptions said = synAck.options();
        return Rig.data(0, data, synAck.sequence() + 1)
                .options(new TcpOptions(-1, -1, false, said.timestamps(), 5001, said.timestamp(), new int[0]));
    }

    private static Tcb honest(Rig rig) {
        return rig.table.connections(Rig.SERVICE).stream().filter(each -> each.remote().equals(Rig.CLIENT))
                .map(each -> rig.table.snapshot(each, rig.now)).findFirst().orElseThrow();
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
