package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.PlatformException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The library that stands in for Xen's, used through the headers and libraries of the distribution. */
@Timeout(120)
class XenStandInTest {

    private static final Path ROOT = Path.of(System.getProperty("conduit.root"));
    private static final Path PEERS = ROOT.resolve(".conduit/peers/root/usr");
    private static final int SIGTERM_EXIT = 128 + 15;

    @TempDir
    Path directory;

    private HostFixture fixture;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "cc"))),
                "no C compiler (cc) on the PATH: install gcc");
        assumeTrue(Files.exists(ROOT.resolve(".conduit/peers/complete")),
                "needs Debian's Xen libraries: run testbed/peers/fetch");
        fixture = new HostFixture();
    }

    @AfterEach
    void stop() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static Path libraries() throws IOException {
        try (var folders = Files.newDirectoryStream(PEERS.resolve("lib"), "*-linux-gnu*")) {
            return folders.iterator().next();
        }
    }

    private Path compileCheck() throws Exception {
        Path program = directory.resolve("stand_in_check");
        assertThat(run("cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2", "-I" + PEERS.resolve("include"),
                "-L" + libraries(), "-Wl,-rpath-link," + libraries(), "-o", program.toString(),
                ROOT.resolve("conduit-core/src/test/c/stand_in_check.c").toString(), "-lxengnttab", "-lxenevtchn",
                "-lxenctrl")).isEmpty();
        return program;
    }

    private static List<String> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader()) {
            List<String> lines = output.lines().toList();
            assertThat(process.waitFor()).as("%s: %s", command[0], lines).isZero();
            return lines;
        }
    }

    private ProcessBuilder asDomain(LocalPlatform domain, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(domain.environment());
        builder.environment().put("LD_LIBRARY_PATH", libraries().toString());
        XenStandIn.preload(directory, builder.environment());
        return builder;
    }

    private Path library() throws IOException {
        Map<String, String> environment = new HashMap<>();
        XenStandIn.preload(directory, environment);
        return Path.of(environment.get("LD_PRELOAD"));
    }

    private static Set<String> functions(Path library) throws Exception {
        Set<String> names = new TreeSet<>();
        for (String line : run("nm", "-D", "--defined-only", library.toString())) {
            String[] words = line.split(" ");
            if (words[1].equals("T")) {
                names.add(words[2].replaceAll("@.*", ""));
            }
        }
        return names;
    }

    @Test
    void shouldDoWhatProgramsRelyOnAndKeepNothing() throws Exception {
        LocalPlatform domain = fixture.domain("c");
        Process process = asDomain(domain, compileCheck().toString(), domain.self().toString()).start();
        try (BufferedReader output = process.inputReader(); BufferedReader errors = process.errorReader()) {
            String line = output.readLine();
            if (line == null) {
                throw new AssertionError(errors.lines().toList());
            }
            assertThat(line).isEqualTo("checked");
            HostStatistics held = fixture.statistics();
            assertThat(List.of(held.grants(), held.mappings(), held.ports(), held.notifications())).containsOnly(0);
            assertThat(held.handles()).as("the domain's owner, and the program while it runs").isEqualTo(2);
            process.outputWriter().close();
            assertThat(errors.lines()).contains("conduit: BIND 32000 1: domain 32000 does not exist (ESRCH)");
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldEndProgramWithItsDomain() throws Exception {
        LocalPlatform domain = fixture.domain("c");
        Process process = asDomain(domain, compileCheck().toString(), domain.self().toString(), "wait").start();
        try (BufferedReader output = process.inputReader(); BufferedReader errors = process.errorReader()) {
            assertThat(output.readLine()).isEqualTo("open");
            domain.close();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT);
            assertThat(errors.readLine()).isEqualTo("conduit: domain " + domain.self()
                    + " has ended, and this process with it");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldTellHowToStartProgramThatIsNoDomain() throws Exception {
        LocalPlatform domain = fixture.domain("c");
        ProcessBuilder builder = asDomain(domain, compileCheck().toString(), "1", "wait");
        builder.environment().remove(LocalDirectory.DOMAIN_VARIABLE);
        Process alone = builder.redirectErrorStream(true).start();
        try (BufferedReader output = alone.inputReader()) {
            assertThat(output.readLine()).isEqualTo(
                    "conduit: CONDUIT_DIR and CONDUIT_DOMID are not set: start this program with 'conduit run'");
            assertThat(alone.waitFor()).isEqualTo(1);
        }
        builder.environment().put(LocalDirectory.DOMAIN_VARIABLE, "31000");
        Process stranger = builder.start();
        try (BufferedReader output = stranger.inputReader()) {
            assertThat(output.lines()).anySatisfy(line -> assertThat(line).startsWith("conduit: cannot join domain 31000"
                    + " of the local host in " + fixture.folder()));
            assertThat(stranger.waitFor()).isEqualTo(1);
        }
    }

    @Test
    void shouldHaveEveryFunctionOfTheLibrariesItReplaces() throws Exception {
        Set<String> ours = functions(library());
        assertThat(ours).containsAll(functions(libraries().resolve("libxengnttab.so.1")))
                .containsAll(functions(libraries().resolve("libxenevtchn.so.1")));
        assertThat(ours).as("and no name that could be in another program").allMatch(name -> name.matches("xen.*|xc_.*"));
    }

    @Test
    void shouldNotTouchOtherPrograms() throws Exception {
        LocalPlatform domain = fixture.domain("java");
        Process process = asDomain(domain, Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-version").redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.lines().toList()).noneMatch(line -> line.contains("ld.so") || line.contains("conduit"));
            assertThat(process.waitFor()).isZero();
        }
        Map<String, String> environment = new HashMap<>(Map.of("LD_PRELOAD", "other.so"));
        XenStandIn.preload(directory, environment);
        assertThat(environment.get("LD_PRELOAD")).isEqualTo(library() + ":other.so");
    }

    @Test
    void shouldBeBuiltOnceHoweverManyAsk() throws Exception {
        List<CompletableFuture<Path>> asked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asked.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return library();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        for (CompletableFuture<Path> each : asked) {
            assertThat(each.get()).isEqualTo(library());
        }
        Object built = Files.getAttribute(library(), "unix:ino");
        assertThat(Files.getAttribute(library(), "unix:ino")).isEqualTo(built);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.contains("stand-in")))
                    .containsExactly(library().getFileName().toString());
        }
    }

    @Test
    void shouldRefuseFolderThatCannotBePreloadedFrom() {
        assertThatThrownBy(() -> XenStandIn.preload(Path.of("/tmp/a b"), new HashMap<>()))
                .isInstanceOf(PlatformException.class)
                .hasMessageStartingWith("a library to preload cannot have a space or a colon in its path: '/tmp/a b/");
        assertThatThrownBy(() -> XenStandIn.preload(Path.of("/no/such/folder"), new HashMap<>()))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("/no/such/folder");
    }

    @Test
    void shouldTellWhichProgramsNeedIt() throws Exception {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n# libxenvchan.so\n");
        assertThat(XenStandIn.isNeededBy(compileCheck().toString())).isTrue();
        assertThat(XenStandIn.isNeededBy(script.toString())).isFalse();
        assertThat(XenStandIn.isNeededBy("cc")).isFalse();
        assertThat(XenStandIn.isNeededBy("no-such-program")).isFalse();
        assertThat(XenStandIn.isNeededBy(directory.toString())).isFalse();
    }
}
