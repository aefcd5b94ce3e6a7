package dev.conduit.core.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process is killed before each message of a hand-over it would send or receive. */
@Timeout(600)
class HandOverCrashTest {

    private static final int KILLED = 128 + 9;
    private static final int STEPS_MAX = 30;

    private Path directory;

    @BeforeEach
    void makeFolder() throws IOException {
        directory = Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
    }

    @AfterEach
    void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private ServerProcess first(int killAt) throws Exception {
        ServerProcess server = new ServerProcess(directory, "first", killAt);
        assertThat(server.serves()).isTrue();
        return server;
    }

    private static void watch(RawClient client) throws IOException {
        assertThat(client.ask(0, RawClient.WATCH, "/w|token|")).isEqualTo("OK|");
        assertThat(client.receive().payload()).isEqualTo("/w|token|");
    }

    /** A write is answered and its event comes, both once. */
    private static void requireServed(RawClient client, int round) throws IOException {
        client.send(RawClient.message(round, 0, RawClient.WRITE, "/w|" + round));
        List<String> received = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            RawClient.Message message = client.receive();
            received.add(message.type() + " " + message.payload());
        }
        assertThat(received).containsExactlyInAnyOrder("15 /w|token|", "11 OK|");
        assertThat(client.ask(0, RawClient.READ, "/w|")).isEqualTo("" + round);
    }

    @Test
    void shouldGoOnWhenTheSuccessorIsKilled() throws Exception {
        try (ServerProcess server = first(0); RawClient client = new RawClient(directory.resolve("s0"))) {
            watch(client);
            int step = 1;
            for (boolean takenOver = false; !takenOver; step++) {
                assertThat(step).isLessThan(STEPS_MAX);
                try (ServerProcess successor = new ServerProcess(directory, "next", step)) {
                    takenOver = successor.serves();
                    if (!takenOver) {
                        assertThat(successor.exitCode()).isEqualTo(KILLED);
                    } else {
                        assertThat(server.exitCode()).isZero();
                    }
                    requireServed(client, step);
                }
            }
            assertThat(step).as("messages at which the successor was killed").isGreaterThan(5);
        }
    }

    @Test
    void shouldServeExactlyOnceWhenTheServerIsKilled() throws Exception {
        List<Integer> survived = new ArrayList<>();
        List<Integer> lost = new ArrayList<>();
        boolean handedOver = false;
        for (int step = 1; !handedOver; step++) {
            assertThat(step).isLessThan(STEPS_MAX);
            try (ServerProcess server = first(step); RawClient client = new RawClient(directory.resolve("s0"))) {
                watch(client);
                try (ServerProcess successor = new ServerProcess(directory, "next", 0)) {
                    boolean serves = successor.serves();
                    handedOver = server.exitCode() == 0;
                    if (serves) {
                        requireServed(client, step);
                        survived.add(step);
                    } else {
                        assertThat(successor.exitCode()).isEqualTo(1);
                        assertThatThrownBy(() -> client.ask(0, RawClient.READ, "/w|"));
                        lost.add(step);
                    }
                }
            }
        }
        // 1 to 4: STATE, descriptors (twice) and the state itself. Then READY, GO, SERVING, and no kill at all.
        assertThat(lost).containsExactly(1, 2, 3, 4);
        assertThat(survived).containsExactly(5, 6, 7, 8);
    }
}
