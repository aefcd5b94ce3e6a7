package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.namespaces.Namespaces;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program of the tests in a network namespace, which is told a line and answers with one. */
final class NamespacedJvm implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    NamespacedJvm(String namespace, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(Namespaces.prefix(namespace));
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add(program.getName());
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader();
        input = process.outputWriter();
        assertThat(line()).as("%s in %s", program, namespace).isEqualTo("ready");
    }

    String ask(Object... words) throws IOException {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        input.write(line + "\n");
        input.flush();
        return line();
    }

    void tell(Object... words) throws IOException {
        assertThat(ask(words)).as("%s", List.of(words)).isEqualTo("ok");
    }

    private String line() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return output.readLine();
            } catch (IOException failed) {
                return failed.toString();
            }
        }, task -> new Thread(task).start()).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
}
