package dev.conduit.cli;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanStatistics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/** The client guest of the demo: sends a file and a stream, measures round trips, writes until the server dies. */
final class DemoClient {

    /** What the server sees this client as. */
    private static final String NAME = "client";

    /** Bytes of a ping. */
    static final int PING_SIZE = 64;

    /** Bytes of a write from memory. */
    static final int BLOCK_SIZE = 32 * 1024;

    private static final int PINGS = 200_000;
    private static final long STREAM_BYTES = 4L << 30;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Conduit conduit;
    private final Path file;

    DemoClient(Conduit conduit, Path file) {
        this.conduit = conduit;
        this.file = file;
    }

    void run() throws IOException {
        conduit.register(NAME);
        DemoLine.say("sending", DemoFile.sha256(file));
        try (ConduitConnection connection = conduit.connect(DemoStore.NAME, LIMIT)) {
            send(connection);
        }
        try (ConduitConnection connection = conduit.connect(DemoStore.NAME, LIMIT)) {
            stream(connection);
        }
        try (ConduitConnection connection = conduit.connect(DemoStore.NAME, LIMIT)) {
            ping(connection);
        }
        try (ConduitConnection connection = conduit.connect(DemoStore.NAME, LIMIT)) {
            writeUntilItFails(connection);
        }
    }

    /** Sends the file; waits for a word half-way, so that the tree can be looked at in mid-flight. */
    private void send(VchanChannel channel) throws IOException {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long half = in.size() / 2;
            long nanos = -System.nanoTime();
            copy(in, half, channel);
            nanos += System.nanoTime();
            DemoLine.say("half");
            DemoLine.hear();
            nanos -= System.nanoTime();
            copy(in, in.size(), channel);
            if (!channel.drain(LIMIT)) {
                throw new IOException("the server did not read everything: " + channel.state());
            }
            nanos += System.nanoTime();
            VchanStatistics counters = channel.statistics();
            DemoLine.say("sent", in.size(), nanos, counters.eventsSent(), counters.waits());
        }
    }

    private static void copy(FileChannel in, long end, VchanChannel channel) throws IOException {
        while (in.position() < end) {
            ByteBuffer view = channel.reserve(1, LIMIT);
            view.limit((int) Math.min(view.limit(), view.position() + end - in.position()));
            channel.commit(in.read(view));
        }
    }

    private void stream(VchanChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_SIZE);
        long begin = System.nanoTime();
        for (long sent = 0; sent < STREAM_BYTES; sent += BLOCK_SIZE) {
            channel.write(block.clear(), LIMIT);
        }
        channel.drain(LIMIT);
        DemoLine.say("streamed", STREAM_BYTES, System.nanoTime() - begin);
    }

    private void ping(VchanChannel channel) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(PING_SIZE);
        long[] nanos = new long[PINGS];
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < PINGS; i++) {
                long begin = System.nanoTime();
                channel.write(message.clear());
                channel.receive(message.clear(), LIMIT);
                nanos[i] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        DemoLine.say("trips", nanos[PINGS / 2], nanos[PINGS / 100 * 99]);
    }

    private void writeUntilItFails(VchanChannel channel) {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_SIZE);
        long written = 0;
        try {
            while (true) {
                written += channel.write(block.clear());
                if (written == 1000L * BLOCK_SIZE) {
                    DemoLine.say("streaming");
                }
            }
        } catch (IOException e) {
            DemoLine.say("saw", e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
