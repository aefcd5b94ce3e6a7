package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.tcp.TcpState;
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
        lab = new Lab("java", null);
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
        lab.sleep(address);
        lab.client.tell("open", 9, address, 80);
        lab.client.tell("opened", 9);
        lab.client.tell("close", 9);
        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.CLOSE_WAIT);
        lab.front.forget(Lab.ip(address));
        lab.sleep(address);
        long resets = lab.guest("Tcp", "OutRsts");
        lab.front.mute = true;
        String exchange = seed + " 100 1000 0";
        lab.client.tell("open", 0, address, 80);
        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.SYN_RECEIVED);

        lab.prepare(address);
        lab.front.mute = false;
        lab.commit(address, 1);

        lab.client.tell("opened", 0);
        lab.client.tell("write", 0, exchange, 0, 1000);
        lab.client.tell("read", 0, exchange);
        lab.client.tell("close", 0);
        assertThat(lab.guest("Tcp", "OutRsts")).isEqualTo(resets);
    }

    @Test
    void shouldGoOnWithAHandshakeWhoseLastSegmentWasLost() throws Exception {
        String address = Lab.FOUR;
        lab.sleep(address);
        lab.front.mute = true;
        lab.client.tell("open", 0, address, 80);
        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.SYN_RECEIVED);
        lab.prepare(address);
        lab.guest.tell("abandon", 0);
        lab.front.mute = false;
        lab.front.resume(Lab.ip(address));
        lab.client.tell("opened", 0);

        lab.awaitFront(address, 1, tcb -> tcb.state() == TcpState.ESTABLISHED);
        lab.front.forget(Lab.ip(address));
    }

    /** What the kernels counted. */
    static final class Counters {

        private final Lab lab;
        private final long opened;
        private final long clientResets;
        private final long guestResets;
        private final long sentAgain;
        private final long bad;

        Counters(Lab lab) throws Exception {
            this.lab = lab;
            opened = lab.client("Tcp", "ActiveOpens");
            clientResets = clientResets();
            guestResets = lab.guest("Tcp", "OutRsts");
            sentAgain = lab.client("TcpExt", "TCPSynRetrans");
            bad = bad();
        }

        private long clientResets() throws Exception {
            return lab.client("Tcp", "EstabResets") + lab.client("Tcp", "AttemptFails") + lab.client("Tcp", "OutRsts");
        }

        private long bad() throws Exception {
            return lab.client("Tcp", "InErrs") + lab.guest("Tcp", "InErrs") + lab.guest("TcpExt", "PAWSEstab")
                    + lab.client("TcpExt", "PAWSEstab");
        }

        void requireOneCleanConnection() throws Exception {
            assertThat(lab.client("Tcp", "ActiveOpens") - opened).as("connections the client made").isEqualTo(1);
            assertThat(clientResets() - clientResets).as("resets the client saw or sent").isZero();
            assertThat(lab.guest("Tcp", "OutRsts") - guestResets).as("resets the guest sent").isZero();
            assertThat(lab.client("TcpExt", "TCPSynRetrans") - sentAgain).as("SYNs sent again").isZero();
            assertThat(bad() - bad).as("bad segments").isZero();
        }
    }
}
