package dev.conduit.cli;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code conduit connect}: standard input and output through a named conduit. */
@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        description = "Connect to a name; pipe standard input and output through the conduit.",
        footer = "Example: tar c dir | conduit connect store")
final class ConnectCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME", description = "The name a server listens on.")
    private String name;

    @Mixin
    private DomainOption domain;

    @Option(names = "--timeout", paramLabel = "SECONDS", converter = Seconds.class,
            defaultValue = "10", description = "Longest wait for the server, 1 to 86400 (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(names = "--wait", description = "After standard input ends, go on receiving until the server closes.")
    private boolean stay;

    @Override
    public Integer call() throws Exception {
        try (Platform platform = domain.open("connect");
                Conduit conduit = Conduit.open(platform);
                ConduitConnection connection = conduit.connect(name, timeout)) {
            new Pipe(connection, true, stay).run();
        }
        return 0;
    }
}
