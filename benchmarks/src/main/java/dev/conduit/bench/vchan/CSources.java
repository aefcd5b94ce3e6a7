package dev.conduit.bench.vchan;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs in C, compiled from the sources in this jar into a folder when the benchmark runs. */
final class CSources {

    /** What to say when they are left out. */
    static final String MISSING =
            "no C compiler (cc) on the PATH, so what is in C is left out; on Debian: apt-get install gcc";

    private static final long COMPILER_SECONDS = 60;

    private final Path folder;

    CSources(Path folder) {
        this.folder = folder;
    }

    /** Whether there is a compiler. */
    static boolean canCompile() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "cc")));
    }

    /** The two references, without any library. */
    Path pingPong() throws IOException, InterruptedException {
        return compile("ping_pong", List.of());
    }

    /** The peer over libxenvchan. */
    Path vchanPeer(Path debian) throws IOException, InterruptedException {
        Path libraries = libraries(debian);
        return compile("vchan_peer", List.of("-I" + debian.resolve("usr/include"), "-L" + libraries,
                "-Wl,-rpath-link," + libraries, "-lxenvchan", "-lxenevtchn"));
    }

    /** Where Debian's libraries are below a folder. */
    static Path libraries(Path debian) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(debian.resolve("usr/lib"), "*-linux-gnu*")) {
            return folders.iterator().next();
        }
    }

    private Path compile(String name, List<String> options) throws IOException, InterruptedException {
        Path source = folder.resolve(name + ".c");
        try (InputStream text = CSources.class.getResourceAsStream(name + ".c")) {
            Files.copy(text, source);
        }
        Path program = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-o",
                program.toString(), source.toString()));
        command.addAll(options);
        Process compiler = new ProcessBuilder(command).inheritIO().start();
        if (!compiler.waitFor(COMPILER_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            compiler.destroyForcibly();
            throw new IOException("cc did not compile " + name + ".c");
        }
        return program;
    }
}
