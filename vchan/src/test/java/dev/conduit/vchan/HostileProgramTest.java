package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.PlatformException;
import dev.conduit.core.local.LocalPlatform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A C program of the client's domain that writes into the pages while Java uses them, from both ends. */
class HostileProgramTest {

    private static final int SECONDS = 3;
    private static final VchanOptions OPTIONS = VchanOptions.defaults().withRings(4096, 2048)
            .withWatchdog(Duration.ofMillis(10));

    private LocalMachine machine;
    private LocalPlatform server;
    private LocalPlatform client;
    private String path;

    @BeforeEach
    void start() throws IOException {
        CProgram.require();
        machine = new LocalMachine();
        server = machine.domain("server");
        client = machine.domain("client");
        path = GuestProcess.path(server.self(), client.self());
    }

    @AfterEach
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void shouldOnlyFailAsDocumentedWhileAProgramScribbles() throws Exception {
        int violations = 0;
        int rounds = 0;
        int calls = 0;
        try (CProgram scribbler = CProgram.scribbler(client, "header", server.self(), path, SECONDS, 1)) {
            for (long seed = 1; scribbler.process.isAlive(); seed++, rounds++) {
                VchanServer vchan = Vchan.open(server, client.self(), OPTIONS);
                try {
                    vchan.publish(path);
                    int[] served = new int[1];
                    SplittableRandom random = new SplittableRandom(seed);
                    Background<Throwable> other = Background.run(() -> useUntilItEnds(random, vchan.channel(), served));
                    Throwable end = connectAndUse(new SplittableRandom(-seed));
                    vchan.close(); // in the middle of the other thread's calls, if it still has any
                    violations += end instanceof VchanProtocolException ? 1 : 0;
                    violations += other.get() instanceof VchanProtocolException ? 1 : 0;
                    calls += served[0];
                } catch (Throwable t) {
                    throw new AssertionError("seed " + seed, t);
                } finally {
                    vchan.close();
                }
            }
            assertThat(scribbler.readLine()).isEqualTo("scribbling");
            assertThat(scribbler.readLine()).matches("wrote [0-9]{3,} to [1-9][0-9]* pages");
            scribbler.assertDone();
        }
        assertThat(rounds).isGreaterThan(5);
        assertThat(violations).isGreaterThan(3);
        assertThat(calls).isGreaterThan(20);
    }

    private Throwable connectAndUse(SplittableRandom random) throws IOException {
        try (VchanChannel channel = Vchan.connect(client, server.self(), path, OPTIONS, Duration.ofMillis(100))) {
            return useUntilItEnds(random, channel, new int[1]);
        } catch (VchanProtocolException | VchanPeerClosedException | PlatformException e) {
            assertThat(e.getMessage()).matches("[ -~]{10,}");
            return e;
        }
    }

    /** Any calls, for at most a fifth of a second, until one says that it cannot go on. */
    private static Throwable useUntilItEnds(SplittableRandom random, VchanChannel channel, int[] calls)
            throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < 200_000_000) {
            try {
                HostileFuzzTest.call(random, channel);
                calls[0]++;
            } catch (VchanTimeoutException e) {
                assertThat(e).hasMessageContaining("did not come");
            } catch (VchanProtocolException e) {
                assertThat(e).hasMessageContaining(e.field());
                return e;
            } catch (VchanPeerClosedException | ClosedChannelException e) {
                return e;
            }
        }
        return null;
    }

    @ParameterizedTest
    @CsvSource({"1024, 2048", "4096, 65536"})
    void shouldGoOnWhenOnlyTheBytesChange(int left, int right) throws Exception {
        VchanOptions options = OPTIONS.withRings(left, right);
        try (VchanServer vchan = Vchan.open(server, client.self(), options)) {
            vchan.publish(path);
            try (CProgram scribbler = CProgram.scribbler(client, "rings", server.self(), path, SECONDS, 2)) {
                vchan.awaitConnected(PATIENCE);
                VchanChannel channel = vchan.channel();
                Background<Long> writer = Background.run(() -> {
                    for (long total = 0;; total += 1000) {
                        try {
                            channel.write(ByteBuffer.allocate(1000));
                        } catch (VchanPeerClosedException e) {
                            return total;
                        }
                    }
                });
                long total = 0;
                ByteBuffer target = ByteBuffer.allocate(500);
                for (int count = 0; count >= 0; count = channel.read(target.clear(), PATIENCE)) {
                    total += count;
                }
                assertThat(channel.state()).isEqualTo(VchanState.PEER_CLOSED);
                assertThat(total).isGreaterThan(20_000);
                assertThat(writer.get()).isGreaterThan(20_000);
                scribbler.assertDone();
            }
        }
    }
}
