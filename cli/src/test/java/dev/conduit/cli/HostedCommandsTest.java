package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as processes on a local host, as in the README. */
final class HostedCommandsTest {

    private static final ProcessBuilder.Redirect NOTHING =
            ProcessBuilder.Redirect.from(new File("/dev/null"));

    @TempDir
    private Path directory;

    private LocalHost host;

    @BeforeEach
    void startHost() throws Exception {
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("h")));
    }

    @AfterEach
    void stopHost() {
        host.close();
    }

    private String dir() {
        return host.directory().toString();
    }

    /** Starts {@code conduit listen store} and waits until it does. */
    private Command listen(ProcessBuilder.Redirect input) throws Exception {
        Command listen = Command.start(input, "listen", "store", "--dir", dir());
        try (XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket())) {
            store.waitFor(reader -> reader.exists("/conduit/store/listen") ? true : null, Duration.ofSeconds(30));
        }
        return listen;
    }

    private Path file(String name, int bytes) throws Exception {
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        return Files.write(directory.resolve(name), content);
    }

    @Test
    void shouldPipeFileFromConnectToListen() throws Exception {
        Path file = file("in", 3_000_001);
        try (Command listen = listen(NOTHING);
                Command connect = Command.start(
                        ProcessBuilder.Redirect.from(file.toFile()), "connect", "store", "--dir", dir())) {
            assertThat(connect.finish()).satisfies(sent -> assertThat(sent.exit()).as(sent.error()).isZero());
            Command.Result received = listen.finish();
            assertThat(received.exit()).as(received.error()).isZero();
            assertThat(received.output()).isEqualTo(Files.readAllBytes(file));
        }
    }

    @Test
    void shouldPipeFileFromListenToConnect() throws Exception {
        Path file = file("in", 200_000);
        try (Command listen = listen(ProcessBuilder.Redirect.from(file.toFile()));
                Command connect = Command.start("connect", "store", "--dir", dir())) {
            Command.Result received = connect.finish();
            assertThat(received.exit()).as(received.error()).isZero();
            assertThat(received.output()).isEqualTo(Files.readAllBytes(file));
            assertThat(listen.finish().exit()).isZero();
        }
    }

    @Test
    void shouldPipeEmptyFile() throws Exception {
        Path file = file("in", 0);
        try (Command listen = listen(NOTHING);
                Command connect = Command.start(
                        ProcessBuilder.Redirect.from(file.toFile()), "connect", "store", "--dir", dir())) {
            assertThat(connect.finish().exit()).isZero();
            Command.Result received = listen.finish();
            assertThat(received.exit()).as(received.error()).isZero();
            assertThat(received.output()).isEmpty();
        }
    }

    @Test
    void shouldFailWhenSenderIsKilled() throws Exception {
        try (Command listen = listen(NOTHING);
                Command connect =
                        Command.start(ProcessBuilder.Redirect.PIPE, "connect", "store", "--dir", dir())) {
            connect.process().getOutputStream().write("half".getBytes(StandardCharsets.UTF_8));
            connect.process().getOutputStream().flush();
            listen.awaitOutput("half".length());
            connect.process().destroyForcibly().waitFor();
            Command.Result received = listen.finish();
            assertThat(received.exit()).isEqualTo(1);
            assertThat(received.error()).startsWith("conduit: peer ").contains("its process died");
        }
    }

    @Test
    void shouldRunCommandAsDomain() throws Exception {
        Command.Result result = Command.run("run", "web", "--dir", dir(), "--", "sh", "-c",
                "echo $CONDUIT_DOMID $XENSTORED_PATH $CONDUIT_DIR; exit 7");
        assertThat(result.exit()).as(result.error()).isEqualTo(7);
        String[] words = result.text().trim().split(" ");
        assertThat(words[0]).matches("[1-9][0-9]*");
        assertThat(words[1]).startsWith(dir());
        assertThat(words[2]).isEqualTo(dir());
    }

    @Test
    void shouldNameCommandThatCannotRun() throws Exception {
        Command.Result result = Command.run("run", "web", "--dir", dir(), "--", "no-such-program");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).contains("no-such-program");
    }

    @Test
    void shouldRejectMalformedNames() throws Exception {
        Command.Result domain = Command.run("run", "a b", "--dir", dir(), "--", "true");
        assertThat(domain.exit()).isEqualTo(2);
        assertThat(domain.error()).isEqualToIgnoringNewLines(
                "conduit: domain name 'a b' is not 1 to 64 characters of A-Z a-z 0-9 - _");
        Command.Result name = Command.run("connect", "a b", "--dir", dir());
        assertThat(name.exit()).isEqualTo(2);
        assertThat(name.error()).contains("'a b'");
    }

    @Test
    void shouldRefuseNameNobodyHas() throws Exception {
        Command.Result result = Command.run("connect", "nobody", "--dir", dir());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).isEqualToIgnoringNewLines("conduit: no such name: 'nobody'");
    }

    @Test
    void shouldActAsDomainOfRun() throws Exception {
        Path file = file("in", 5000);
        String java = String.join("' '", JavaProcess.command("connect", "store"));
        try (Command listen = listen(NOTHING);
                Command connect = Command.start("run", "web", "--dir", dir(), "--", "sh", "-c",
                        "'" + java + "' < '" + file + "'")) {
            Command.Result sent = connect.finish();
            assertThat(sent.exit()).as(sent.error()).isZero();
            assertThat(listen.finish().output()).isEqualTo(Files.readAllBytes(file));
        }
    }

    @Test
    void shouldRefuseSecondHost() throws Exception {
        Command.Result result = Command.run("host", "--dir", dir());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).contains(dir()).contains(Long.toString(ProcessHandle.current().pid()));
    }
}
