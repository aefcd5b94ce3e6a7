package dev.conduit.bench.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that makes archives, on the Java of this test. */
class ClassArchiveTest {

    private static final String HOME = System.getProperty("java.home");

    @TempDir
    private Path folder;
    private Path jar;

    /** The program. */
    static final class Hello {

        private Hello() {}

        public static void main(String[] args) {
            System.out.println("hello " + args[0]);
            System.exit(args[0].equals("failure") ? 3 : 0);
        }
    }

    private record Outcome(int status, String output, String errors) {}

    @BeforeEach
    void makeJar() throws IOException {
        jar = folder.resolve("hello.jar");
        String entry = Hello.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream bytes = Hello.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            bytes.transferTo(out);
        }
    }

    private Outcome run(List<String> command) throws IOException, InterruptedException {
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output.strip(), Files.readString(errors).strip());
    }

    private Outcome archive(String home, String argument) throws IOException, InterruptedException {
        return run(List.of(Path.of(System.getProperty("conduit.root"), "scripts/class-archive").toString(), home,
                folder.resolve("hello.archive").toString(), "-XX:+UseSerialGC", "-cp", jar.toString(),
                Hello.class.getName(), argument));
    }

    @Test
    void shouldMakeAnArchiveThatTheNextStartUses() throws Exception {
        Outcome made = archive(HOME, "archive");
        assertThat(made.status()).as(made.errors()).isZero();
        List<String> command = new ArrayList<>(List.of(HOME + "/bin/java", made.output(), "-XX:+UseSerialGC",
                "-Xlog:class+load", "-cp", jar.toString(), Hello.class.getName(), "again"));
        assertThat(run(command).output()).contains("hello again")
                .containsPattern("ClassArchiveTest\\$Hello source: shared objects file");
        command.remove(1);
        assertThat(run(command).output()).containsPattern("ClassArchiveTest\\$Hello source: (file|jar):");
    }

    @Test
    void shouldSayWhatIsWrong() throws Exception {
        assertThat(archive("/nowhere", "archive"))
                .isEqualTo(new Outcome(1, "", "class-archive: no Java in /nowhere"));
        assertThat(archive(HOME, "failure").errors()).endsWith("class-archive: the program ended with 3");
    }
}
