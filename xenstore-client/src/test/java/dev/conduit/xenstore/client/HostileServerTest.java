package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that answers nonsense, events included: every call ends, with a result or a XenStoreException. */
class HostileServerTest {

    private static final String[] WORDS = {"OK", "T", "1", "0", "-1", "4294967295", "99999999999", "ENOENT", "E2BIG",
        "EAGAIN", "", "n0", "x9", "/a", "w1", "name"};

    /** Answers each request at once, on the thread that asks. */
    private static final class Nonsense implements Transport {

        private final Random random;
        private Receiver receiver;

        Nonsense(long seed) {
            random = new Random(seed);
        }

        @Override
        public void start(Receiver newReceiver) {
            receiver = newReceiver;
        }

        @Override
        public void send(Message request) {
            while (random.nextInt(3) == 0) {
                receiver.received(Message.of(Operation.WATCH_EVENT, random.nextInt(), 0, payload()));
            }
            if (random.nextInt(5) == 0) {
                receiver.received(new Message(random.nextInt(30), random.nextInt(), 0, payload()));
            }
            int type = random.nextInt(4) == 0 ? Operation.ERROR.code()
                    : random.nextInt(20) == 0 ? random.nextInt() : request.type();
            receiver.received(new Message(type, request.requestId(), random.nextInt(), payload()));
        }

        private byte[] payload() {
            if (random.nextInt(6) == 0) {
                byte[] bytes = new byte[random.nextInt(50)];
                random.nextBytes(bytes);
                return bytes;
            }
            String[] strings = new String[random.nextInt(4)];
            for (int i = 0; i < strings.length; i++) {
                strings[i] = WORDS[random.nextInt(WORDS.length)];
            }
            return Payload.strings(strings);
        }

        @Override
        public void close() {
            receiver.lost(new IOException("closed"));
        }

        @Override
        public int maximumPayload() {
            return WireHeader.PAYLOAD_MAX;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldEndEveryCall(long seed) throws Exception {
        Random random = new Random(seed);
        int refused = 0;
        try (StoreClient client = new StoreClient(new Nonsense(seed),
                new ClientOptions(Duration.ofSeconds(5), 3, 4))) {
            for (int i = 0; i < 500; i++) {
                try {
                    call(client, random.nextInt(15));
                } catch (XenStoreException e) {
                    assertThat(e.getMessage()).as("seed %d, call %d", seed, i).isNotBlank().doesNotContain("\n");
                    refused++;
                } catch (TimeoutException e) {
                    assertThat(e).hasMessageContaining("did not hold");
                }
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(50);
    }

    private static void call(StoreClient client, int which) throws Exception {
        switch (which) {
            case 0 -> client.read("/a");
            case 1 -> client.list("/a");
            case 2 -> client.write("/a", "v");
            case 3 -> client.permissions("/a");
            case 4 -> client.transaction(tx -> tx.list("/a").size());
            case 5 -> client.watch("/a", path -> { }).close();
            case 6 -> client.waitFor(store -> store.exists("/a") ? null : "gone", Duration.ofMillis(5));
            case 7 -> client.domainPath(3);
            case 8 -> client.walk("/a", new WalkLimits(50, 1000, 5, true));
            case 9 -> client.tryTransaction(tx -> tx.permissions("/a"));
            case 10 -> client.removePruningEmptyParents("/a/b/c", "/a");
            case 11 -> client.watch("/a", 1, path -> { }).close();
            case 12 -> client.administration().features();
            case 13 -> client.administration().quotas();
            default -> client.readOptional("/a");
        }
    }
}
