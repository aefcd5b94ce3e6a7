package dev.conduit.cli;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code conduit host}: runs the local platform until it is told to stop. */
@Command(
        name = "host",
        mixinStandardHelpOptions = true,
        description = "Run the local platform: processes on this machine become domains.",
        footer = "Prints the XenStore socket path on standard output, then runs until it is interrupted.")
final class HostCommand implements Callable<Integer> {

    @Mixin
    private DirectoryOption directory;

    @Override
    public Integer call() throws Exception {
        LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.path()));
        Runtime.getRuntime().addShutdownHook(new Thread(host::close, "conduit-stop"));
        System.out.println("XENSTORED_PATH=" + host.directory().xenStoreSocket());
        System.err.println("conduit: host ready in " + host.directory() + "; stop it with Ctrl-C");
        new CountDownLatch(1).await();
        return 0;
    }
}
