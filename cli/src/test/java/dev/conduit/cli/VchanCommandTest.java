package dev.conduit.cli;

import static dev.conduit.cli.TwoDomains.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conduit vchan} for standard input and output, and what it says about wrong arguments. */
final class VchanCommandTest {

    @TempDir
    private Path folder;

    private TwoDomains domains;

    @BeforeEach
    void start() throws Exception {
        domains = new TwoDomains(folder.resolve("h"));
    }

    @AfterEach
    void stop() {
        domains.close();
    }

    private Path file(int bytes) throws Exception {
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        return Files.write(folder.resolve("in"), content);
    }

    @Test
    void shouldPipeFileToServerAndLeaveNothing() throws Exception {
        Path file = file(3_000_001);
        Command listen = domains.listen(NOTHING, "pipe");
        Command connect = domains.connect(ProcessBuilder.Redirect.from(file.toFile()), "pipe");
        assertDone(connect);
        assertThat(assertDone(listen).output()).isEqualTo(Files.readAllBytes(file));
        domains.assertNothingHeld();
        domains.awaitNode("/local/domain/" + domains.server.self() + "/data/vchan", false);
    }

    @Test
    void shouldPipeFileToClientThroughRingsInOnePage() throws Exception {
        Path file = file(200_000);
        Command listen = domains.listen(ProcessBuilder.Redirect.from(file.toFile()), "pipe", "--ring", "1000");
        Command connect = domains.connect(NOTHING, "pipe");
        assertThat(assertDone(connect).output()).isEqualTo(Files.readAllBytes(file));
        assertDone(listen);
    }

    @Test
    void shouldPipeFileFromProxyInC() throws Exception {
        TwoDomains.requireProxy();
        Path file = file(300_000);
        Command listen = domains.listen(ProcessBuilder.Redirect.from(file.toFile()), "pipe");
        domains.awaitPublished("pipe");
        Command proxy = domains.proxy(false, "pipe", "-");
        assertThat(assertDone(proxy).output()).isEqualTo(Files.readAllBytes(file));
        assertDone(listen);
    }

    @Test
    void shouldTakeNodesAwayWhenStopped() throws Exception {
        Command listen = domains.listen(NOTHING, "pipe");
        domains.awaitPublished("pipe");
        listen.process().toHandle().destroy();
        Command.Result result = listen.finish();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).isEmpty();
        domains.awaitNode(domains.path("pipe"), false);
        domains.assertNothingHeld();
    }

    @Test
    void shouldFailWhenNobodyPublishes() throws Exception {
        Command.Result result = domains.connect(NOTHING, "nobody", "--timeout", "1").finish();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error().lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("conduit: ").contains(domains.path("nobody")).contains("1000 ms"));
    }

    @Test
    void shouldFailWhenNobodyConnects() throws Exception {
        Command.Result result = domains.listen(NOTHING, "pipe", "--timeout", "1").finish();
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error().lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("conduit: no client connected").contains("1000 ms"));
    }

    @Test
    void shouldRejectWrongArgumentsWithOneLine() throws Exception {
        String p = "data/vchan/2/x";
        assertRejected(List.of("listen", "--domain", "x", "--path", p), "domain id 'x' is not a decimal number");
        assertRejected(List.of("listen", "--domain", "-3", "--path", p), "domain id '-3' is not a decimal number");
        assertRejected(List.of("listen", "--domain", "32752", "--path", p), "32752 is not between 0 and 32751");
        assertRejected(List.of("listen", "--domain", "1", "--path", "a//b"), "'a//b' is not a path in XenStore");
        assertRejected(List.of("connect", "--domain", "1", "--path", p), "needs the whole path, such as /local/domain/1/");
        String longPath = "/local/domain/1/data/vchan/2/" + "x".repeat(21);
        assertRejected(List.of("connect", "--domain", "1", "--path", longPath), "has 50 bytes, more than the 49");
        assertRejected(List.of("listen", "--domain", "1", "--path", p, "--ring", "0"),
                "ring of '0' bytes is not between 1 and 1048576");
        assertRejected(List.of("listen", "--domain", "1", "--path", p, "--ring", "1048577"),
                "ring of '1048577' bytes is not between 1 and 1048576");
    }

    @Test
    void shouldNameSocketItCannotUse() throws Exception {
        Path plain = Files.writeString(folder.resolve("plain"), "not a socket", StandardCharsets.UTF_8);
        Command.Result taken = domains.connect(NOTHING, "x", "--socket", plain.toString()).finish();
        assertThat(taken.exit()).isEqualTo(1);
        assertThat(taken.error().lines()).singleElement().satisfies(line -> assertThat(line)
                .isEqualTo("conduit: cannot listen on " + plain + ": it exists and is not a socket"));
        Path used = folder.resolve("used");
        try (ServerSocketChannel program = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            program.bind(UnixDomainSocketAddress.of(used));
            Command.Result inUse = domains.connect(NOTHING, "x", "--socket", used.toString()).finish();
            assertThat(inUse.exit()).isEqualTo(1);
            assertThat(inUse.error()).isEqualToIgnoringNewLines(
                    "conduit: cannot listen on " + used + ": a program is listening there");
        }
        Command taking = domains.connect(NOTHING, "x", "--socket", used.toString());
        taking.awaitNotice("stop it with Ctrl-C");
        assertThat(taking.process().isAlive()).as("takes the place of a socket nobody listens on").isTrue();
        String deep = folder + "/" + "d".repeat(107);
        Command.Result tooLong = domains.listen(NOTHING, "x", "--socket", deep).finish();
        assertThat(tooLong.exit()).isEqualTo(2);
        assertThat(tooLong.error()).contains(deep).contains("at most 106 are possible");
    }

    private static void assertRejected(List<String> words, String reason) {
        // In this JVM: a process each would take most of the test's time.
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(error, true, StandardCharsets.UTF_8));
        int exit;
        try {
            exit = Main.run(("vchan " + String.join(" ", words)).split(" "));
        } finally {
            System.setErr(before);
        }
        assertThat(exit).as("%s", words).isEqualTo(2);
        assertThat(error.toString(StandardCharsets.UTF_8).lines().findFirst()).hasValueSatisfying(line ->
                assertThat(line).startsWith("conduit: ").contains(reason));
    }

    private static Command.Result assertDone(Command command) throws Exception {
        Command.Result result = command.finish();
        assertThat(result.exit()).as(result.error()).isZero();
        return result;
    }
}
