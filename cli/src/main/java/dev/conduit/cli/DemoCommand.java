package dev.conduit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code conduit demo}: makes a place for the demo, runs it, and takes everything away again. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Show the main job on this machine: a host, two guests, a gigabyte by name, a crash,"
                + " and a service that boots while its client is connected.")
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--megabytes", paramLabel = "N", defaultValue = "1024",
            description = "Size of the file in MiB, 1 to 65536 (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (megabytes < 1 || megabytes > 65536) {
            throw new ParameterException(
                    spec.commandLine(), "--megabytes " + megabytes + " is not between 1 and 65536");
        }
        long bytes = megabytes * 1024L * 1024;
        Path directory = TemporaryFolder.create("conduit-demo");
        long free = directory.toFile().getUsableSpace();
        if (free < 2 * bytes + bytes / 10) {
            throw new IOException("the demo needs " + 2 * bytes / (1024 * 1024) + " MiB in "
                    + directory.getParent() + ", which has " + free / (1024 * 1024)
                    + " MiB; give a smaller --megabytes");
        }
        return new Demo(directory, bytes).run() ? 0 : Main.FAILED;
    }
}
