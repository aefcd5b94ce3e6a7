package dev.conduit.cli;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.XenStandIn;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code conduit run}: a command as a domain of the local platform. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run a command as a domain of the local host.",
        footer = {
            "The command finds XENSTORED_PATH, CONDUIT_DIR and CONDUIT_DOMID in its environment, so that Conduit programs",
            "and the xenstore-* tools in it act as that domain. The domain ends with the command, whose exit code is kept.",
            "C programs made for Xen's libraries (libxenvchan, vchan-socket-proxy) run as they are: where there is a C",
            "compiler, LD_PRELOAD names a library that stands in for libxengnttab and libxenevtchn."
        })
final class RunCommand implements Callable<Integer> {

    /** How long a command may take to end by itself when this process is told to stop. */
    private static final long GRACE_SECONDS = 5;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the domain.")
    private String name;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run, after '--'.")
    private List<String> command;

    @Mixin
    private DirectoryOption directory;

    @Override
    public Integer call() throws Exception {
        try (LocalPlatform platform = LocalPlatform.open(directory.path(), name)) {
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            Map<String, String> environment = builder.environment();
            environment.putAll(platform.environment());
            XenStandIn.preload(directory.path(), environment, command.get(0));
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                throw new IOException("cannot run '" + command.get(0) + "': " + e.getMessage(), e);
            }
            Thread hook = new Thread(() -> stop(process), "conduit-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            return process.waitFor();
        }
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
