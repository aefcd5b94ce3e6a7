package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.io.TempDir;

/** {@code conduit run} with the distribution's unmodified C programs. */
final class RunCommandTest {

    private static final Path PEERS = Path.of(System.getProperty("conduit.root"), ".conduit/peers");

    @TempDir
    private Path directory;

    private LocalHost host;

    @BeforeEach
    void startHost() throws Exception {
        assumeTrue(Files.exists(PEERS.resolve("complete")), "needs Debian's Xen libraries: run testbed/peers/fetch");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("h")));
    }

    @AfterEach
    void stopHost() {
        if (host != null) {
            host.close();
        }
    }

    private static Path only(String folder, String name) throws IOException {
        try (var found = Files.newDirectoryStream(PEERS.resolve("root/usr/lib").resolve(folder), name)) {
            return found.iterator().next();
        }
    }

    private static Path proxy() throws IOException {
        return only("", "xen-[0-9]*").resolve("bin/vchan-socket-proxy");
    }

    /** Starts a program as a domain, and waits until that exists. */
    private Command startProgram(int domain, Object... program) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "c-program", "--dir", host.directory().toString(), "--",
                "env", "LD_LIBRARY_PATH=" + only("", "*-linux-gnu*")));
        for (Object word : program) {
            words.add(word.toString());
        }
        Command command = Command.start(Redirect.PIPE, words.toArray(String[]::new));
        try (XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket())) {
            store.waitFor(reader -> reader.exists("/local/domain/" + domain) ? true : null, Duration.ofSeconds(30));
        }
        return command;
    }

    /**
     * The proxy at the server's end looks for data only once it was woken a second time, or has input: a client whose first
     * bytes come together with its connecting would wait for ever. Here the server has a byte of input to begin with.
     */
    @Test
    void shouldLetUnmodifiedProxiesTalkToEachOther() throws Exception {
        byte[] bytes = new byte[3_000_001];
        new Random(7).nextBytes(bytes);
        try (Command server = startProgram(1, proxy(), "-m", "server", 2, "data/vchan/2/0", "-");
                Command client = startProgram(2, proxy(), "-m", "client", 1, "/local/domain/1/data/vchan/2/0", "-")) {
            server.process().getOutputStream().write('!');
            server.process().getOutputStream().flush();
            client.process().getOutputStream().write(bytes);
            client.process().getOutputStream().flush();
            server.awaitOutput(bytes.length);
            client.process().getOutputStream().close();
            assertThat(client.finish()).satisfies(end -> assertThat(end.exit()).as(end.error()).isZero());
            Command.Result received = server.finish();
            assertThat(received.exit()).as(received.error()).isZero();
            assertThat(received.output()).isEqualTo(bytes);
        }
    }

    @Test
    void shouldRunTheProgramOfTheDocument() throws Exception {
        String page = Files.readString(PEERS.resolve("../../docs/c-programs.md").normalize());
        Path source = Files.writeString(directory.resolve("echo.c"),
                page.substring(page.indexOf("/* echo.c"), page.indexOf("```\n", page.indexOf("/* echo.c"))));
        Path echo = directory.resolve("echo");
        Path libraries = only("", "*-linux-gnu*");
        Process compiler = new ProcessBuilder("cc", "-Wall", "-Werror", "-I" + PEERS.resolve("root/usr/include"),
                "-L" + libraries, "-Wl,-rpath-link," + libraries, "-o", echo.toString(), source.toString(), "-lxenvchan")
                .inheritIO().start();
        assertThat(compiler.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue()).isZero();
        try (Command server = startProgram(1, echo, 2);
                Command client = Command.start(Redirect.PIPE, "vchan", "connect", "--dir", host.directory().toString(),
                        "--domain", "1", "--path", "/local/domain/1/data/vchan/echo")) {
            client.process().getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
            client.process().getOutputStream().flush();
            client.awaitOutput("hello\n".length());
            client.process().getOutputStream().close();
            assertThat(client.finish().text()).isEqualTo("hello\n");
            assertThat(server.finish()).satisfies(end -> assertThat(end.exit()).as(end.error()).isZero());
        }
    }

    private Command.Result runWithoutCompiler(String command) throws Exception {
        return Command.runShell(host.directory().xenStoreSocket(),
                "PATH=" + directory + " conduit run web --dir '" + host.directory() + "' -- " + command);
    }

    @Test
    void shouldTellWhatToInstallForCProgramWhenThereIsNoCompiler() throws Exception {
        Command.Result result = runWithoutCompiler("'" + proxy() + "' 1 x -");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).isEqualToIgnoringNewLines("conduit: no C compiler (cc) on the PATH, so C programs made"
                + " for Xen cannot run here: install one, on Debian: apt-get install gcc libc6-dev");
    }

    @Test
    void shouldRunOtherProgramsWithoutCompiler() throws Exception {
        Command.Result result = runWithoutCompiler("/bin/sh -c 'echo domain $CONDUIT_DOMID'");
        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(result.error()).isEmpty();
        assertThat(result.text()).startsWith("domain 1");
    }

    @Test
    void shouldTellWhyCompilerFailed() throws Exception {
        Files.writeString(directory.resolve("cc"), "#!/bin/sh\necho 'x.c:1: fatal error: stdio.h: none' >&2; exit 1\n")
                .toFile().setExecutable(true);
        Command.Result result = runWithoutCompiler("'" + proxy() + "' 1 x -");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).startsWith("conduit: cannot build " + host.directory())
                .contains("cc failed (x.c:1: fatal error: stdio.h: none): on Debian, apt-get install gcc libc6-dev");
        try (var files = Files.list(host.directory().path())) {
            assertThat(files).noneMatch(file -> file.toString().contains("stand-in"));
        }
    }
}
