package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a client leaves a server that goes on with its rings, and how a peer is reminded; the server is played by hand. */
class FarewellTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int WRITE_REQUESTED = VchanPage.NOTIFY_WRITE << VchanPage.shiftInFlags(VchanPage.CLI_NOTIFY);
    private static final int FLAGS_OF_CLIENT = 0xFF << VchanPage.shiftInFlags(VchanPage.CLI_LIVE);

    private static VchanChannel connect(RawServer raw, Duration farewell) throws IOException {
        raw.client = Vchan.connect(raw.clientPlatform, raw.serverPlatform.self(), raw.control.refs()[0],
                raw.port.number(), VchanOptions.defaults().withFarewell(farewell));
        return raw.client;
    }

    /** Waits as a server does until the client's live byte is clear. */
    private static void awaitEnd(SharedWords words) {
        while ((words.loadFlagsAcquire() & FLAGS_OF_CLIENT) != 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldTakeOutOfTheRingWhatWasWrittenBeforeTheServerSawTheEnd() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = connect(raw, LONG);
            SharedWords words = new PageWords(raw.page);
            words.storeIndexRelease(VchanPage.RIGHT_PROD, 100);
            Background<Void> server = Background.run(() -> {
                awaitEnd(words);
                words.storeIndexRelease(VchanPage.RIGHT_PROD, 2048); // a write that had begun
                words.orFlags(WRITE_REQUESTED);
                return null;
            });
            long begin = System.nanoTime();
            client.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG);
            server.get();
            assertThat(raw.page.getInt(VchanPage.RIGHT_CONS)).isEqualTo(2048);
            assertThat(words.loadFlagsAcquire() & WRITE_REQUESTED).as("asks for the next client's first write").isNotZero();
        }
    }

    @Test
    void shouldLeaveRingAloneWhoseIndexMakesNoSense() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = connect(raw, Duration.ofMillis(20));
            raw.page.putInt(VchanPage.RIGHT_PROD, 2049);
            client.close();
            assertThat(raw.page.getInt(VchanPage.RIGHT_CONS)).isZero();
        }
    }

    @Test
    void shouldNotWaitForServerThatClosesToo() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = connect(raw, LONG);
            SharedWords words = new PageWords(raw.page);
            Background<Void> server = Background.run(() -> {
                awaitEnd(words);
                words.storeLiveRelease(VchanPage.SRV_LIVE, VchanPage.LIVE_GONE);
                return null;
            });
            long begin = System.nanoTime();
            client.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONG);
            server.get();
        }
    }

    @Test
    void shouldGiveUpOnServerThatDoesNotLook() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = connect(raw, Duration.ofMillis(50));
            long before = raw.port.events();
            long begin = System.nanoTime();
            client.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
            assertThat(raw.port.events()).isGreaterThan(before);
            assertThat(new PageWords(raw.page).loadFlagsAcquire() & WRITE_REQUESTED).isNotZero();
        }
    }

    @Test
    void shouldRejectFarewellOutOfRange() {
        assertThatThrownBy(() -> VchanOptions.defaults().withFarewell(Duration.ofSeconds(11)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("farewell PT11S is not between 0 and PT10S");
    }

    @Test
    void shouldRemindPeerOfWhatItDidNotRead() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = connect(raw, Duration.ZERO);
            client.write(Pair.bytes(1, 2, 3));
            long before = raw.port.events(); // of the connect and of the write, taken for one
            assertThatThrownBy(() -> client.peek(1, Duration.ofMillis(20))).isInstanceOf(VchanTimeoutException.class);
            assertThat(raw.port.events()).isGreaterThan(before);

            raw.page.putInt(VchanPage.LEFT_CONS, 3);
            long after = raw.port.events();
            assertThatThrownBy(() -> client.peek(1, Duration.ofMillis(20))).isInstanceOf(VchanTimeoutException.class);
            assertThat(raw.port.events()).as("nothing to remind of").isEqualTo(after);
        }
    }
}
