package dev.conduit.cli.vchan;

import dev.conduit.cli.DomainOption;
import dev.conduit.cli.Pipe;
import dev.conduit.cli.Seconds;
import dev.conduit.core.Platform;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.vchan.VchanServer;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code conduit vchan listen}: the server's end. */
@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        description = {
            "Be the server of a vchan: make its rings, publish them at P and wait for domain N.",
            "Pipes standard input and output through the first connection, or with --socket joins each with a new connection"
                    + " to a Unix socket."
        },
        footer = {
            "",
            "Examples:",
            "  conduit vchan listen --domain 3 --path data/vchan/3/backup > backup.tar",
            "  conduit vchan listen --domain 3 --path data/vchan/3/http --socket /run/httpd.sock"
        })
final class VchanListenCommand implements Callable<Integer> {

    /** Exit code of a transfer that was told to stop. */
    private static final int STOPPED = 1;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration FOREVER = Duration.ofDays(365);

    @Mixin
    private PeerOptions peer;

    @Mixin
    private DomainOption domain;

    @Option(names = "--ring", paramLabel = "BYTES", converter = RingSize.class,
            description = "Size of each of the two rings, 1 to 1048576 (default: 65536). Rounded up to a power of two; at least"
                    + " 1024 one way and 2048 the other.")
    private VchanOptions ring = VchanOptions.defaults();

    @Option(names = "--socket", paramLabel = "FILE", description = "A Unix socket some program listens on. Each client of"
            + " the vchan gets a connection to it, one client after the other, until this command is told to end.")
    private Path socket;

    @Option(names = "--timeout", paramLabel = "SECONDS", converter = Seconds.class,
            description = "Longest wait for a client, 1 to 86400 (default: a day; with --socket no limit).")
    private Duration timeout;

    @Option(names = "--wait", description = "After the end of what is to be sent, go on receiving until the client closes.")
    private boolean stay;

    @Override
    public Integer call() throws Exception {
        try (Platform platform = domain.open("vchan-listen")) {
            String path = peer.serverPath(platform.self());
            if (socket == null) {
                pipe(platform, path);
            } else {
                new SocketServer(platform, peer.domain(), path, ring, socket, stay)
                        .serve(timeout == null ? FOREVER : timeout);
            }
        }
        return 0;
    }

    private void pipe(Platform platform, String path) throws IOException {
        try (Ending ending = new Ending(STOPPED);
                VchanServer server = Vchan.open(platform, peer.domain(), ring)) {
            Runnable close = server::close;
            ending.ends(close);
            try {
                server.publish(path);
                server.awaitConnected(timeout == null ? DAY : timeout);
                new Pipe(server.channel(), false, stay).run();
            } catch (ClosedChannelException e) {
                if (!ending.asked()) {
                    throw e;
                }
            } finally {
                ending.forget(close);
            }
        }
    }
}
