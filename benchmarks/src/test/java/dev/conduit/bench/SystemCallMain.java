package dev.conduit.bench;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.vchan.VchanServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Moves messages through a channel in one thread, so that neither side ever waits, between two system calls that can be
 * found in a trace: looks at files named {@link #BEGIN} and {@link #END}.
 */
final class SystemCallMain {

    /** A file looked for before the first message. */
    static final String BEGIN = "/conduit-trace-begin";

    /** A file looked for after the last message. */
    static final String END = "/conduit-trace-end";

    /** Messages moved. */
    static final int MESSAGES = 1_000_000;

    private static final int WARM_UP = 200_000;

    private SystemCallMain() {}

    public static void main(String[] args) throws IOException {
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(Path.of(args[0])));
                LocalPlatform serverPlatform = LocalPlatform.open(host.directory().path(), "server");
                LocalPlatform clientPlatform = LocalPlatform.open(host.directory().path(), "client");
                VchanServer server =
                        Vchan.open(serverPlatform, clientPlatform.self(), VchanOptions.defaults());
                VchanChannel client = Vchan.connect(clientPlatform, serverPlatform.self(), server.ringRef(),
                        server.eventChannel(), VchanOptions.defaults())) {
            ByteBuffer message = ByteBuffer.allocateDirect(64);
            move(client, server.channel(), message, WARM_UP);
            Files.exists(Path.of(BEGIN));
            move(client, server.channel(), message, MESSAGES);
            Files.exists(Path.of(END));
        }
    }

    private static void move(VchanChannel from, VchanChannel to, ByteBuffer message, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            from.write(message.clear());
            to.read(message.clear());
        }
    }
}
