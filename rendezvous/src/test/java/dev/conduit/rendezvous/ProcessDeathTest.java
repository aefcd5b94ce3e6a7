package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers in processes of their own, which are killed, or end by themselves. */
@Timeout(120)
class ProcessDeathTest {

    private static final Duration LONG = LocalFixture.LONG;

    private LocalFixture local;
    private Conduit conduit;

    @BeforeEach
    void open() throws IOException {
        local = new LocalFixture();
        conduit = local.conduit("survivor");
    }

    @AfterEach
    void close() throws IOException {
        local.close();
    }

    @Test
    void shouldSurviveKilledServerInTheMiddleOfTransfer() throws Exception {
        Map<String, String> before = local.tree();
        for (int round = 0; round < 2; round++) {
            try (GuestProcess guest = new GuestProcess(local, "pour-server", "spring");
                    ConduitConnection connection = conduit.connect("spring", LONG)) {
                long next = expect(connection, 0, 500_000);
                guest.kill();
                expectLoss(connection, next);
                await().atMost(LONG).untilAsserted(() -> assertThat(local.tree()).isEqualTo(before));
            }
            assertNothingShared();
        }
    }

    @Test
    void shouldSurviveKilledClientInTheMiddleOfTransfer() throws Exception {
        try (ConduitServer server = conduit.listen("sink")) {
            Map<String, String> before = local.tree();
            for (int round = 0; round < 2; round++) {
                try (GuestProcess guest = new GuestProcess(local, "pour-client", "sink");
                        ConduitConnection connection = server.accept(LONG)) {
                    long next = expect(connection, 0, 500_000);
                    guest.kill();
                    expectLoss(connection, next);
                    await().atMost(LONG).untilAsserted(() -> assertThat(local.tree()).isEqualTo(before));
                }
                assertNothingShared();
            }
        }
    }

    @Test
    void shouldClearTheTreeAfterKilledClientThatNobodyAccepted() throws Exception {
        try (ConduitServer server = conduit.listen("sink")) {
            Map<String, String> before = local.tree();
            try (GuestProcess guest = new GuestProcess(local, "pour-client", "sink")) {
                guest.kill();
                await().atMost(LONG).untilAsserted(() -> assertThat(local.tree()).isEqualTo(before));
                try (ConduitConnection connection = server.accept(LONG)) {
                    expectLoss(connection, 0);
                }
            }
            assertNothingShared();
        }
    }

    @Test
    void shouldGetEverythingFromClientThatClosesAndExits() throws Exception {
        try (ConduitServer server = conduit.listen("sink")) {
            for (int round = 0; round < 2; round++) {
                try (GuestProcess guest = new GuestProcess(local, "send-and-exit", "sink");
                        ConduitConnection connection = server.accept(LONG)) {
                    assertThat(guest.exit()).isZero();
                    expect(connection, 0, 1000);
                    assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                }
            }
            assertNothingShared();
        }
    }

    @Test
    void shouldGetEverythingFromServerThatClosesAndExits() throws Exception {
        for (int round = 0; round < 2; round++) {
            try (GuestProcess guest = new GuestProcess(local, "answer-and-exit", "spring");
                    ConduitConnection connection = conduit.connect("spring", LONG)) {
                assertThat(guest.exit()).isZero();
                expect(connection, 0, 1000);
                assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
        assertNothingShared();
    }

    @Test
    void shouldTellExitWithoutCloseFromClose() throws Exception {
        try (ConduitServer server = conduit.listen("sink");
                GuestProcess guest = new GuestProcess(local, "connect-and-halt", "sink");
                ConduitConnection connection = server.accept(LONG)) {
            assertThat(guest.exit()).isEqualTo(3);
            expectLoss(connection, expect(connection, 0, 1000));
        }
    }

    private void assertNothingShared() {
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(local.statistics().grants()).isZero();
            assertThat(local.statistics().mappings()).isZero();
            assertThat(local.statistics().ports()).isZero();
            assertThat(local.statistics().domains()).isEqualTo(1);
        });
    }

    /** Reads so many numbers, which must count on from the first. */
    private static long expect(ConduitConnection connection, long first, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(8 * 1000);
        for (long next = first; next < first + count; ) {
            buffer.clear();
            assertThat(connection.receive(buffer, LONG)).isTrue();
            for (buffer.flip(); buffer.hasRemaining(); next++) {
                assertThat(buffer.getLong()).isEqualTo(next);
            }
        }
        return first + count;
    }

    /** Reads what was delivered, which must count on, and then the exception. */
    private static void expectLoss(ConduitConnection connection, long first) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        long next = first;
        try {
            while (connection.read(buffer, LONG) >= 0) {
                buffer.flip();
                for (; buffer.remaining() >= 8; next++) {
                    assertThat(buffer.getLong()).isEqualTo(next);
                }
                buffer.compact();
            }
        } catch (ConduitPeerLostException lost) {
            assertThat(lost).hasMessageContaining("ended without closing");
            return;
        }
        throw new AssertionError("the end looks orderly");
    }
}
