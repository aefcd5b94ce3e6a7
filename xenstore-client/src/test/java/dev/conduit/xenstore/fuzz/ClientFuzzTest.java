package dev.conduit.xenstore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The client over a socket at a server that spoils its answers: every call ends in time, and so do its threads. */
class ClientFuzzTest {

    private static final long SEED = Long.getLong("conduit.fuzz.seed", 1);
    private static final long CALLS = Long.getLong("conduit.fuzz", 50_000) / 200;
    private static final Duration TIMEOUT = Duration.ofMillis(100);
    /** More requests than any call below makes, each at its time-out. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void shouldEndEveryCallAndItsThreads() throws Exception {
        Set<Thread> before = threads();
        Path directory = Files.createTempDirectory("xs");
        Path socket = directory.resolve("s");
        SpoilingServer server = new SpoilingServer(socket, SEED);
        int refused = 0;
        try (server; XenStoreClient client = XenStoreClients.connect(socket,
                new ClientOptions(TIMEOUT, 3, 4).withReconnect())) {
            Random random = new Random(SEED);
            for (int i = 0; i < CALLS; i++) {
                int which = random.nextInt(14);
                long start = System.nanoTime();
                try {
                    call(client, which);
                } catch (XenStoreException e) {
                    assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
                    refused++;
                } catch (TimeoutException e) {
                    assertThat(e).hasMessageContaining("did not hold");
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("seed %d, call %d of kind %d", SEED, i, which).isLessThan(PATIENCE);
            }
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
        assertThat(refused).as("seed %d", SEED).isGreaterThan((int) (CALLS / 50));
        assertThat(server.answers()).isGreaterThan(CALLS / 2);
        await("threads to end").atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("xenstore-")).collect(Collectors.toSet());
    }

    private static void call(XenStoreClient client, int which) throws Exception {
        switch (which) {
            case 0 -> client.readOptional("/fuzz/a");
            case 1 -> client.list("/fuzz");
            case 2 -> client.write("/fuzz/a", "value");
            case 3 -> client.setPermissions("/fuzz", List.of(new Permission(Access.BOTH, 5)));
            case 4 -> client.transaction(tx -> {
                tx.write("/fuzz/b", tx.readStringOptional("/fuzz/a").orElse(""));
                return tx.list("/fuzz");
            });
            case 5 -> client.watch("/fuzz/a", path -> { }).close();
            case 6 -> client.waitFor(store -> store.exists("/fuzz/c") ? "there" : null, Duration.ofMillis(50));
            case 7 -> client.walk("/", new WalkLimits(50, 10_000, 5, true));
            case 8 -> client.tryTransaction(tx -> tx.permissions("/fuzz"));
            case 9 -> client.removePruningEmptyParents("/fuzz/d/e/f", "/fuzz");
            case 10 -> client.watch("/fuzz", 1, path -> { }).close();
            case 11 -> client.administration().features();
            case 12 -> client.administration().quotas();
            default -> client.mkdir("/fuzz/d/e/f");
        }
    }
}
