package dev.conduit.cli;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code conduit listen}: one connection to a name, piped to standard input and output. */
@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        description = "Listen on a name; pipe standard input and output through the first conduit to it.",
        footer = "Example: conduit listen store | tar x")
final class ListenCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "NAME", description = "The name to listen on: A-Z a-z 0-9 - _")
    private String name;

    @Mixin
    private DomainOption domain;

    @Option(names = "--timeout", paramLabel = "SECONDS", converter = Seconds.class,
            defaultValue = "86400", description = "Longest wait for a client, 1 to 86400 (default: a day).")
    private Duration timeout;

    @Option(names = "--wait", description = "After standard input ends, go on receiving until the client closes.")
    private boolean stay;

    @Override
    public Integer call() throws Exception {
        try (Platform platform = domain.open("listen");
                Conduit conduit = Conduit.open(platform);
                ConduitConnection connection = accept(conduit)) {
            new Pipe(connection, false, stay).run();
        }
        return 0;
    }

    /** Takes one connection; the name is free again after that. */
    private ConduitConnection accept(Conduit conduit) throws IOException {
        try (ConduitServer server = conduit.listen(name)) {
            return server.accept(timeout);
        }
    }
}
