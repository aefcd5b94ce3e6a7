package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each sample as a user would: processes on a local host. */
@Timeout(120)
class SamplesTest {

    private final List<Process> processes = new ArrayList<>();
    @TempDir
    private Path folder;
    private LocalHost host;

    @BeforeEach
    void startHost() throws IOException {
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("host")));
    }

    @AfterEach
    void endHost() throws IOException {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        await().atMost(Duration.ofSeconds(20)).until(() ->
                LocalPlatform.statistics(host.directory().path()).isEmpty());
        host.close();
    }

    @Test
    void shouldEcho() throws Exception {
        start(Echo.class, "serve", "echo");
        assertThat(run(Echo.class, "say", "echo", "hello", "conduit")).containsExactly("hello conduit");
        assertThat(run(Echo.class, "say", "echo", "again")).containsExactly("again");
    }

    @Test
    void shouldConnectByUri() throws Exception {
        start(Echo.class, "serve", "echo");
        assertThat(run(ConnectByUri.class, "conduit://echo.xen", "hello", "conduit"))
                .containsExactly("hello conduit (by conduit://echo)");
        Path socket = folder.resolve("echo.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Process client = launch(ConnectByUri.class, "unix://" + socket, "hello", "socket");
            try (SocketChannel accepted = server.accept()) {
                ByteBuffer words = ByteBuffer.allocate("hello socket".length());
                while (words.hasRemaining()) {
                    assertThat(accepted.read(words)).isPositive();
                }
                accepted.write(words.flip());
                assertThat(finish(client)).containsExactly("hello socket (by unix://" + socket + ")");
            }
        }
    }

    @Test
    void shouldCopyFile() throws Exception {
        byte[] content = new byte[5_000_001];
        new Random(42).nextBytes(content);
        Path source = Files.write(folder.resolve("source"), content);
        Path target = folder.resolve("target");
        Process receiver = start(FileCopy.class, "receive", "files", target.toString());
        assertThat(run(FileCopy.class, "send", "files", source.toString())).containsExactly("5000001 bytes");
        assertThat(finish(receiver)).containsExactly("5000001 bytes");
        assertThat(target).hasSameBinaryContentAs(source);
    }

    @Test
    void shouldAddUp() throws Exception {
        start(RequestReply.class, "serve", "adder");
        assertThat(run(RequestReply.class, "add", "adder", "1", "2", "3")).containsExactly("1", "3", "6");
        assertThat(run(RequestReply.class, "add", "adder", "-5")).containsExactly("-5");
    }

    @Test
    void shouldSumWithoutCopies() throws Exception {
        Process consumer = start(ZeroCopy.class, "sum", "numbers");
        assertThat(run(ZeroCopy.class, "produce", "numbers", "1000000")).isEmpty();
        assertThat(finish(consumer)).containsExactly("1000000 records, sum 500000500000");
    }

    @Test
    void shouldPassPacketsThroughAChain() throws Exception {
        Process end = start(PacketTraffic.class, "count", "end");
        List<Process> functions = new ArrayList<>();
        functions.add(startFunction("c", "end", "7"));
        functions.add(startFunction("b", "c", "9"));
        functions.add(startFunction("a", "b", "7"));
        assertThat(run(PacketTraffic.class, "send", "a", "100000")).isEmpty();
        assertThat(finish(end))
                .containsExactly("99000 packets in order, 1000 missing, the last passed 3 functions");
        for (Process function : functions) {
            assertThat(finish(function)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {Echo.class, ConnectByUri.class, FileCopy.class, RequestReply.class, ZeroCopy.class,
        PacketFunction.class, PacketTraffic.class})
    void shouldBeShort(Class<?> sample) throws IOException {
        Path file = Path.of(System.getProperty("conduit.root"), "samples/src/main/java",
                sample.getName().replace('.', '/') + ".java");
        assertThat(Files.readAllLines(file)).hasSizeLessThan(100);
    }

    /** Starts a sample and returns when it listens under its second argument. */
    private Process start(Class<?> sample, String... args) throws IOException {
        return awaitListening(launch(sample, args), args[1]);
    }

    private Process startFunction(String name, String next, String port) throws IOException {
        return awaitListening(launch(PacketFunction.class, name, next, port), name);
    }

    private static Process awaitListening(Process process, String name) throws IOException {
        assertThat(process.inputReader().readLine()).isEqualTo("listening as " + name);
        return process;
    }

    /** Runs a sample to its end and returns what it printed. */
    private List<String> run(Class<?> sample, String... args) throws Exception {
        return finish(launch(sample, args));
    }

    private static List<String> finish(Process process) throws Exception {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        BufferedReader output = process.inputReader();
        return output.lines().toList();
    }

    private Process launch(Class<?> sample, String... args) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(SampleCommand.of(sample, args))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CONDUIT_DIR", host.directory().toString());
        Process process = builder.start();
        processes.add(process);
        return process;
    }
}
