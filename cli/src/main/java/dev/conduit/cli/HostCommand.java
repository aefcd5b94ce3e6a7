package dev.conduit.cli;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.server.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conduit host}: runs the local platform until it is told to stop. */
@Command(
        name = "host",
        mixinStandardHelpOptions = true,
        description = "Run the local platform: processes on this machine become domains.",
        footer = "Prints the XenStore socket path on standard output, then runs until it is interrupted.")
final class HostCommand implements Callable<Integer> {

    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(5);

    @Mixin
    private DirectoryOption directory;

    @Option(names = "--state", paramLabel = "FILE", description = "Keep what is in XenStore in this file, so that it "
            + "is there again after a restart; what belongs to domains ends with the host.")
    private Path state;

    @Override
    public Integer call() throws Exception {
        ServerOptions store = ServerOptions.defaults();
        LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.path())
                .withXenStore(state == null ? store : store.withState(state, SAVE_INTERVAL)));
        Runtime.getRuntime().addShutdownHook(new Thread(host::close, "conduit-stop"));
        System.out.println("XENSTORED_PATH=" + host.directory().xenStoreSocket());
        System.err.println("conduit: host ready in " + host.directory() + "; stop it with Ctrl-C");
        new CountDownLatch(1).await();
        return 0;
    }
}
