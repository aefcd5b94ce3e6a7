package dev.conduit.cli;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** The server guest of the demo: takes a file, then a stream, answers pings, and reads until it is killed. */
final class DemoStore {

    /** The name it listens on. */
    static final String NAME = "store";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Conduit conduit;
    private final Path file;

    DemoStore(Conduit conduit, Path file) {
        this.conduit = conduit;
        this.file = file;
    }

    void run() throws IOException {
        try (ConduitServer server = conduit.listen(NAME)) {
            DemoLine.say("ready");
            try (ConduitConnection connection = server.accept(LIMIT)) {
                long bytes = receive(connection);
                VchanStatistics counters = connection.statistics();
                DemoLine.say("received", bytes, DemoFile.sha256(file), counters.eventsSent(), counters.waits());
            }
            try (ConduitConnection connection = server.accept(LIMIT)) {
                swallow(connection);
            }
            try (ConduitConnection connection = server.accept(LIMIT)) {
                echo(connection);
            }
            try (ConduitConnection connection = server.accept(LIMIT)) {
                swallow(connection);
            }
        }
    }

    private long receive(VchanChannel channel) throws IOException {
        long bytes = 0;
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer view; (view = channel.peek(1, LIMIT)) != null; ) {
                int count = out.write(view);
                channel.release(count);
                bytes += count;
            }
        }
        return bytes;
    }

    private void echo(VchanChannel channel) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(DemoClient.PING_SIZE);
        while (channel.receive(message.clear(), LIMIT)) {
            channel.write(message.flip());
        }
    }

    private void swallow(VchanChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(DemoClient.BLOCK_SIZE);
        while (channel.read(block.clear(), LIMIT) > 0) {
            // Every byte has been copied out; there is nothing to do with it.
        }
    }
}
