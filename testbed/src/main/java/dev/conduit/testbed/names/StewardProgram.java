package dev.conduit.testbed.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** {@code conduit init --serve}, in dom0. */
final class StewardProgram {

    private final Process process;

    private StewardProgram(Process process) {
        this.process = process;
    }

    /** Starts it, and waits until it says that guests may ask. */
    static StewardProgram start() throws IOException {
        StewardProgram program = new StewardProgram(
                new ProcessBuilder("conduit", "init", "--serve").redirectErrorStream(true).start());
        BufferedReader output = new BufferedReader(
                new InputStreamReader(program.process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        while (line != null && !line.contains("steward ready")) {
            System.out.println("steward: " + line);
            line = output.readLine();
        }
        assertThat(line).isEqualTo("conduit: steward ready, guests may ask it for names; stop it with Ctrl-C");
        Thread rest = new Thread(() -> output.lines().forEach(more -> System.out.println("steward: " + more)), "steward");
        rest.setDaemon(true);
        rest.start();
        return program;
    }

    /** As with SIGTERM; it must end by itself. */
    void end() throws InterruptedException {
        process.toHandle().destroy(); // Unlike destroy(), it leaves the output to be read.
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the steward has ended").isTrue();
        assertThat(process.exitValue()).as("status of the steward").isZero();
    }
}
