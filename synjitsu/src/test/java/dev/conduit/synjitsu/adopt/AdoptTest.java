package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.synjitsu.tcp.TcpState;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel as the client of connections that the front began and a guest's kernel goes on with. Needs root. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class AdoptTest {

    private static final int MEGABYTE = 1 << 20;
    /** The front offers windows in units of this: what would be left of a smaller one is not offered. */
    private static final int WINDOW_UNIT = 128;

    private Lab lab;
    private int seed;

    @BeforeAll
    void makeLab() throws Exception {
        lab = new Lab("java", null, true);
    }

    @AfterAll
    void giveBack() throws Exception {
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void offerEverything() throws Exception {
        options(true, true, true);
        seed += 10;
    }

    private void options(boolean timestamps, boolean sack, boolean scaling) throws Exception {
        lab.namespaces.sysctl(lab.clientName, "ipv4/tcp_timestamps", timestamps ? "1" : "0");
        lab.namespaces.sysctl(lab.clientName, "ipv4/tcp_sack", sack ? "1" : "0");
        lab.namespaces.sysctl(lab.clientName, "ipv4/tcp_window_scaling", scaling ? "1" : "0");
    }

    @ParameterizedTest(name = "{0}, {1} bytes early, timestamps {2}, SACK {3}, scaling {4}")
    @CsvSource({
        "10.77.0.10, 0, true, true, true",
        "10.77.0.10, 300, true, true, true",
        "10.77.0.10, 32768, true, true, true",
        "10.77.0.10, 32768, false, true, true",
        "10.77.0.10, 300, true, false, true",
        "10.77.0.10, 300, true, true, false",
        "10.77.0.10, 32768, false, false, false",
        "fd77::10, 0, true, true, true",
        "fd77::10, 32768, true, true, true",
        "fd77::10, 300, false, false, false",
    })
    void shouldGoOnWhereTheFrontStopped(String address, int early, boolean timestamps, boolean sack, boolean scaling)
            throws Exception {
        options(timestamps, sack, scaling);
        Counters before = new Counters(lab);
        String exchange = seed + " " + MEGABYTE + " " + MEGABYTE + " 0";
        lab.sleep(address);
        lab.client.tell("open", 0, address, 80);
        lab.client.tell("opened", 0);
        lab.client.tell("write", 0, exchange, 0, early);
        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.ESTABLISHED && tcb.data().length <= early
                && tcb.data().length > early - WINDOW_UNIT
                && tcb.timestamps() == timestamps && tcb.sack() == sack && tcb.sendScale() >= 0 == scaling);

        lab.prepare(address);
        lab.commit(address, 1);

        lab.client.tell("write", 0, exchange, early, 2 * MEGABYTE);
        lab.client.tell("read", 0, exchange);
        lab.client.tell("close", 0);
        before.requireOneCleanConnection();
    }

    @ParameterizedTest(name = "{0}, {1} bytes")
    @CsvSource({"10.77.0.10, 0", "10.77.0.10, 5000", "fd77::10, 5000"})
    void shouldCarryAHalfCloseOver(String address, int up) throws Exception {
        Counters before = new Counters(lab);
        String exchange = seed + " " + up + " " + MEGABYTE + " 1";
        lab.sleep(address);
        lab.client.tell("open", 0, address, 80);
        lab.client.tell("write", 0, exchange, 0, MEGABYTE);
        lab.client.tell("finish", 0);
        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.CLOSE_WAIT);

        lab.prepare(address);
        lab.commit(address, 1);

        lab.client.tell("read", 0, exchange);
        lab.client.tell("close", 0);
        before.requireOneCleanConnection();
    }

    @ParameterizedTest
    @ValueSource(strings = {Lab.FOUR, Lab.SIX})
    void shouldGoOnWithAHandshakeWhoseAnswerWasLost(String address) throws Exception {
        Counters before = new Counters(lab);
        lab.sleep(address);
        lab.front.mute = true;
        lab.client.tell("open", 0, address, 80);
        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.SYN_RECEIVED);

        lab.prepare(address);
        lab.commit(address, 1);

        lab.client.tell("opened", 0);
        requireExchange(0);
        before.requireNoReset(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {Lab.FOUR, Lab.SIX})
    void shouldGoOnWithAHandshakeWhoseLastSegmentWasLost(String address) throws Exception {
        Counters before = new Counters(lab);
        lab.sleep(address);
        lab.front.deaf = true;
        lab.client.tell("open", 0, address, 80);
        lab.client.tell("opened", 0);
        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.SYN_RECEIVED);

        lab.prepare(address);
        lab.commit(address, 1);

        requireExchange(0);
        before.requireNoReset(1);
    }

    private void requireExchange(int id) throws Exception {
        String exchange = seed + id + " 1000 " + MEGABYTE + " 0";
        lab.client.tell("write", id, exchange, 0, 2000);
        lab.client.tell("read", id, exchange);
        lab.client.tell("close", id);
    }

    @Test
    void shouldLeaveNoTraceOfWhatWasPreparedAndAbandoned() throws Exception {
        Counters before = new Counters(lab);
        long sent = lab.namespaces.counter(lab.guestName, "Tcp", "OutSegs");
        String exchange = seed + " 3000 " + MEGABYTE + " 0";
        lab.sleep(Lab.FOUR);
        lab.client.tell("open", 0, Lab.FOUR, 80);
        lab.client.tell("opened", 0);
        lab.client.tell("write", 0, exchange, 0, 1000);
        lab.awaitFront(Lab.FOUR, 1, tcb -> tcb.data().length == 1000);
        for (int i = 0; i < 3; i++) {
            lab.prepare(Lab.FOUR);
            lab.guest.tell("abandon", 0);
            lab.takeAway(Lab.FOUR);
            lab.front.resume(Lab.ip(Lab.FOUR));
        }
        assertThat(lab.namespaces.counter(lab.guestName, "Tcp", "OutSegs")).as("segments the guest sent").isEqualTo(sent);
        lab.client.tell("write", 0, exchange, 1000, 2000);
        lab.awaitFront(Lab.FOUR, 1, tcb -> tcb.data().length == 2000);

        lab.prepare(Lab.FOUR);
        lab.commit(Lab.FOUR, 1);

        lab.client.tell("write", 0, exchange, 2000, 4000);
        lab.client.tell("read", 0, exchange);
        lab.client.tell("close", 0);
        before.requireOneCleanConnection();
    }

    @Test
    void shouldServeManyAndNewOnesInOneAcceptLoop() throws Exception {
        int many = 40;
        Counters before = new Counters(lab);
        int served = Integer.parseInt(lab.guest.ask("served"));
        lab.sleep(Lab.FOUR);
        for (int id = 0; id < many; id++) {
            lab.client.tell("open", id, Lab.FOUR, 80);
        }
        lab.awaitFront(Lab.FOUR, many, tcb -> tcb.state() == TcpState.ESTABLISHED);

        lab.prepare(Lab.FOUR);
        lab.commit(Lab.FOUR, many);
        for (int id = many; id < many + 5; id++) {
            lab.client.tell("open", id, Lab.FOUR, 80);
        }

        for (int id = many + 4; id >= 0; id--) {
            requireExchange(id);
        }
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() ->
                assertThat(lab.guest.ask("served")).isEqualTo(Integer.toString(served + many + 5)));
        before.requireNoReset(many + 5);
    }

    @Test
    void shouldLetTheServerListenAnewWhileAConnectionLives() throws Exception {
        Counters before = new Counters(lab);
        lab.sleep(Lab.FOUR);
        lab.client.tell("open", 0, Lab.FOUR, 80);
        lab.awaitFront(Lab.FOUR, 1, tcb -> tcb.state() == TcpState.ESTABLISHED);
        lab.prepare(Lab.FOUR);
        lab.commit(Lab.FOUR, 1);
        String exchange = seed + " 1000 1000 0";
        lab.client.tell("write", 0, exchange, 0, 2000);
        lab.client.tell("read", 0, exchange);

        lab.guest.tell("restart");

        lab.client.tell("open", 1, Lab.FOUR, 80);
        requireExchange(1);
        lab.client.tell("close", 0);
        before.requireNoReset(2);
    }

    @Test
    void shouldSayThatTheFinDoesNotArrive() throws Exception {
        lab.sleep(Lab.FOUR);
        lab.client.tell("open", 0, Lab.FOUR, 80);
        lab.client.tell("finish", 0);
        lab.awaitFront(Lab.FOUR, 1, tcb -> tcb.state() == TcpState.CLOSE_WAIT);
        lab.prepare(Lab.FOUR);
        lab.namespaces.ip(lab.guestName, "link", "set", "lo", "down");
        try {
            assertThat(lab.guest.ask("activate", 0)).matches("failed: dev.conduit.core.PlatformException: connection "
                    + "/10.77.0.10:80 of /10.77.0.1:[0-9]+: the client's FIN does not get from this machine to itself: "
                    + "is the loopback interface down, or does a packet filter drop it\\?");
        } finally {
            lab.namespaces.ip(lab.guestName, "link", "set", "lo", "up");
            lab.client.tell("close", 0);
        }
    }

    @Test
    void shouldSayThatTheAddressIsMissing() throws Exception {
        lab.sleep(Lab.FOUR);
        lab.client.tell("open", 0, Lab.FOUR, 80);
        lab.awaitFront(Lab.FOUR, 1, tcb -> tcb.state() == TcpState.ESTABLISHED);

        assertThat(lab.guest.ask("prepare", 0, TcbLine.format(lab.front.connections(Lab.ip(Lab.FOUR)).get(0))))
                .matches("failed: dev.conduit.core.PlatformException: connection /10.77.0.10:80 of /10.77.0.1:[0-9]+: "
                        + "EADDRNOTAVAIL: is the address on an interface that is up, and past duplicate address detection\\?");
        lab.client.tell("close", 0);
    }
}
