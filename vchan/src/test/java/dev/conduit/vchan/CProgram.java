package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.XenStandIn;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A C program on Debian's unmodified libxenvchan as a process of a local domain, as 'conduit run' starts it. */
final class CProgram implements AutoCloseable {

    private static final Path ROOT = Path.of(System.getProperty("conduit.root"));
    private static final Path PEERS = ROOT.resolve(".conduit/peers");
    private static final int EXIT_SECONDS = 30;

    private static Path built;

    final Process process;
    private final Background<String> errors;
    private BufferedReader lines;

    CProgram(LocalPlatform domain, Object... command) throws IOException {
        List<String> words = new ArrayList<>();
        for (Object word : command) {
            words.add(word.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(words);
        Map<String, String> environment = builder.environment();
        environment.putAll(domain.environment());
        environment.put("LD_LIBRARY_PATH", libraries().toString());
        XenStandIn.preload(built(), environment);
        process = builder.start();
        errors = Background.run(() -> new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** Our own end of a vchan in C; the arguments stand in vchan_peer.c. */
    static CProgram peer(LocalPlatform domain, Object... arguments) throws IOException {
        List<Object> words = new ArrayList<>(List.of(built().resolve("vchan_peer"), "--deadline", EXIT_SECONDS));
        words.addAll(Arrays.asList(arguments));
        return new CProgram(domain, words.toArray());
    }

    /** Our program that writes rubbish into the pages of a vchan; the arguments stand in scribbler.c. */
    static CProgram scribbler(LocalPlatform domain, Object... arguments) throws IOException {
        List<Object> words = new ArrayList<>(List.of(built().resolve("scribbler")));
        words.addAll(Arrays.asList(arguments));
        return new CProgram(domain, words.toArray());
    }

    /** Debian's vchan-socket-proxy. */
    static Path proxy() throws IOException {
        try (var folders = Files.newDirectoryStream(PEERS.resolve("root/usr/lib"), "xen-[0-9]*")) {
            return folders.iterator().next().resolve("bin/vchan-socket-proxy");
        }
    }

    /** Skips the test when there is no compiler, or the libraries are not here. */
    static void require() {
        assumeTrue(Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "cc"))),
                "no C compiler (cc) on the PATH: install gcc");
        assumeTrue(Files.exists(PEERS.resolve("complete")), "needs Debian's Xen libraries: run testbed/peers/fetch");
    }

    private static Path libraries() throws IOException {
        try (var folders = Files.newDirectoryStream(PEERS.resolve("root/usr/lib"), "*-linux-gnu*")) {
            return folders.iterator().next();
        }
    }

    /** What is compiled once for all tests of this JVM: our programs, and the library to preload. */
    private static synchronized Path built() throws IOException {
        if (built == null) {
            Path folder = Files.createTempDirectory("vchan-c-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            compile(folder, "vchan_peer", "-lxenvchan");
            compile(folder, "scribbler", "-lxengnttab", "-lxenstore");
            built = folder;
        }
        return built;
    }

    private static void compile(Path folder, String name, String... libraries) throws IOException {
        List<String> words = new ArrayList<>(List.of("cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2",
                "-I" + PEERS.resolve("root/usr/include"), "-L" + libraries(), "-Wl,-rpath-link," + libraries(),
                "-o", folder.resolve(name).toString(), ROOT.resolve("vchan/src/test/c/" + name + ".c").toString()));
        words.addAll(List.of(libraries));
        Process compiler = new ProcessBuilder(words).inheritIO().start();
        assertThat(compiler.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue()).isZero();
    }

    private static void delete(Path folder) {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line it prints, or null at the end. */
    String readLine() throws IOException {
        if (lines == null) {
            lines = process.inputReader();
        }
        return lines.readLine();
    }

    /** Its standard output, for bytes. */
    InputStream output() {
        return process.getInputStream();
    }

    /** Its standard input. */
    OutputStream input() {
        return process.getOutputStream();
    }

    /** Waits for its end; it must have gone well. */
    void assertDone() throws Exception {
        assertThat(exit()).as("%s", errors()).isZero();
    }

    int exit() throws InterruptedException {
        assertThat(process.waitFor(EXIT_SECONDS + 5, TimeUnit.SECONDS)).as("the C program has ended").isTrue();
        return process.exitValue();
    }

    /** What it had to say on its standard error, once it has ended. */
    String errors() throws Exception {
        return errors.get();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        exit();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(EXIT_SECONDS, TimeUnit.SECONDS).join();
    }
}
