package dev.conduit.cli.vchan;

import dev.conduit.cli.DomainOption;
import dev.conduit.cli.Pipe;
import dev.conduit.cli.Seconds;
import dev.conduit.core.Platform;
import dev.conduit.vchan.VchanChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conduit vchan connect}: the client's end. */
@Command(
        name = "connect",
        mixinStandardHelpOptions = true,
        description = {
            "Be the client of a vchan that domain N has published at P, or publishes in time.",
            "Pipes standard input and output through it, or with --socket each connection to a Unix socket, one after the"
                    + " other."
        },
        footer = {
            "",
            "Examples:",
            "  tar c dir | conduit vchan connect --domain 1 --path /local/domain/1/data/vchan/3/backup",
            "  conduit vchan connect --domain 1 --path /local/domain/1/data/vchan/3/http --socket /tmp/http.sock"
        })
final class VchanConnectCommand implements Callable<Integer> {

    @Mixin
    private PeerOptions peer;

    @Mixin
    private DomainOption domain;

    @Option(names = "--socket", paramLabel = "FILE", description = "A Unix socket to make and listen on. Each connection to"
            + " it gets a connection of the vchan, until this command is told to end.")
    private Path socket;

    @Option(names = "--timeout", paramLabel = "SECONDS", converter = Seconds.class, defaultValue = "10",
            description = "Longest wait for the server, for each connection, 1 to 86400 (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(names = "--wait", description = "After the end of what is to be sent, go on receiving until the server closes.")
    private boolean stay;

    @Override
    public Integer call() throws Exception {
        String path = peer.clientPath();
        try (Platform platform = domain.open("vchan-connect")) {
            Connector connector = new Connector(platform, peer.domain(), path, timeout);
            if (socket == null) {
                try (VchanChannel channel = connector.connect()) {
                    new Pipe(channel, true, stay).run();
                }
            } else {
                new SocketClient(connector, socket, stay).serve();
            }
        }
        return 0;
    }
}
