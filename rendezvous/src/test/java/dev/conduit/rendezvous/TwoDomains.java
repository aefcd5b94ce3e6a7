package dev.conduit.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Two domains in one JVM on a local host; after each test nothing may be left. */
@Timeout(60)
abstract class TwoDomains {

    static final Duration LONG = LocalFixture.LONG;
    /** For a refusal that the client asks again after, until time is up. */
    static final Duration RETRIES = Duration.ofSeconds(2);
    static final Duration SHORT = Duration.ofMillis(200);

    LocalFixture local;
    Conduit serving;
    Conduit asking;

    /** A call that must fail. */
    interface Call {
        Object run() throws Exception;
    }

    @BeforeEach
    void open() throws IOException {
        local = new LocalFixture();
        serving = local.conduit("server");
        asking = local.conduit("client");
    }

    @AfterEach
    void close() throws IOException {
        local.close();
    }

    /** How a call fails, on a thread of its own. */
    static CompletableFuture<Throwable> failure(Call call) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new AssertionError("no exception, but " + call.run());
            } catch (Exception expected) {
                return expected;
            }
        });
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static String read(ConduitConnection connection, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        while (buffer.hasRemaining()) {
            assertThat(connection.read(buffer, LONG)).isPositive();
        }
        return new String(buffer.array(), UTF_8);
    }
}
