package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.SharedPages;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract of docs/local-platform.md, spoken by a C program that was written from it. */
@Timeout(120)
class LocalPeerInCTest {

    private static final int ROUNDS = 2000;

    @TempDir
    Path directory;

    private HostFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new HostFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private Path compile() throws Exception {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "cc"))),
                "no C compiler (cc) on the PATH: install gcc");
        Path program = directory.resolve("local_peer");
        Process compiler = new ProcessBuilder("cc", "-std=gnu11", "-Wall", "-Werror", "-O2", "-o", program.toString(),
                Path.of(System.getProperty("conduit.root"), "conduit-core/src/test/c/local_peer.c").toString())
                .inheritIO().start();
        try {
            assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(compiler.exitValue()).isZero();
        } finally {
            compiler.destroyForcibly();
        }
        return program;
    }

    private static void next(EventPort port, long seen) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (port.await(seen, deadline) == seen) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
    }

    @Test
    void shouldShareMapSignalAndDieLikeAJavaDomain() throws Exception {
        LocalPlatform java = fixture.domain("java");
        Process c = new ProcessBuilder(compile().toString(),
                fixture.host().directory().controlSocket().toString(), java.self().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader answers = c.inputReader()) {
            String[] words = answers.readLine().split(" ");
            DomainId peer = DomainId.parse(words[0]);
            assertThat(java.xenStore().readString("/local/domain/" + java.self() + "/name")).isEqualTo("java");
            PageRegion mapped = java.grants().map(peer, new int[] {Integer.parseInt(words[1])},
                    GrantAccess.READ_WRITE, false);
            SharedPages shared = java.grants().share(peer, 1, GrantAccess.READ_WRITE, false);
            shared.buffer().put(20, (byte) 1);
            EventPort port = java.events().bind(peer, Integer.parseInt(words[2]));
            next(port, 0);
            c.outputWriter().write(java.self() + " " + shared.refs()[0] + "\n");
            c.outputWriter().flush();
            assertThat(answers.readLine()).isEqualTo("mapped");
            for (int i = 1; i <= ROUNDS; i++) {
                long seen = port.events();
                shared.buffer().putInt(0, i);
                port.send();
                next(port, seen);
                assertThat(mapped.buffer().getInt(0)).isEqualTo(i + 1);
            }
            long seen = port.events();
            c.destroyForcibly().waitFor();
            next(port, seen);
            // Two notifications on one port: the event of the second may have been merged with the first.
            await().untilAsserted(() -> {
                assertThat(shared.buffer().get(20)).as("byte in the page the C program mapped").isZero();
                assertThat(mapped.buffer().get(21)).as("byte in the page it shared").isZero();
            });
        } finally {
            c.destroyForcibly();
        }
    }
}
