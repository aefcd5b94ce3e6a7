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
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One message written at one end and read at the other, by one thread, so that nothing ever waits. */
@State(Scope.Thread)
public class DataPathBenchmark {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** Bytes of a message. */
    @Param({"64", "4096"})
    public int size;

    private Path directory;
    private LocalHost host;
    private LocalPlatform serverPlatform;
    private LocalPlatform clientPlatform;
    private VchanServer server;
    private VchanChannel client;
    private ByteBuffer message;

    /** For JMH. */
    public DataPathBenchmark() {}

    /** Makes a host, two domains and a channel. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("conduit-jmh");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("h")));
        serverPlatform = LocalPlatform.open(host.directory().path(), "server");
        clientPlatform = LocalPlatform.open(host.directory().path(), "client");
        server = Vchan.open(serverPlatform, clientPlatform.self(), VchanOptions.defaults());
        client = Vchan.connect(clientPlatform, serverPlatform.self(), server.ringRef(), server.eventChannel(),
                VchanOptions.defaults());
        message = ByteBuffer.allocateDirect(size);
    }

    /** Takes everything away. */
    @TearDown
    public void close() throws IOException {
        client.close();
        server.close();
        clientPlatform.close();
        serverPlatform.close();
        host.close();
        Files.delete(host.directory().lockFile());
        Files.delete(host.directory().path());
        Files.delete(directory);
    }

    /** By the copying calls. */
    @Benchmark
    public int copy() throws IOException {
        client.write(message.clear());
        return server.channel().read(message.clear());
    }

    /** By the zero-copy calls. */
    @Benchmark
    public long zeroCopy() throws IOException {
        ByteBuffer out = client.reserve(size, LIMIT);
        out.putLong(out.position(), size);
        client.commit(size);
        client.flush();
        ByteBuffer in = server.channel().peek(size, LIMIT);
        long value = in.getLong(in.position());
        server.channel().release(size);
        return value;
    }
}
