package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The distribution's vchan-socket-proxy, unmodified, at both ends or at one with a channel of ours at the other. */
@Timeout(120)
class SocketProxyInCTest {

    private static final int STREAM = 3_000_000;

    private LocalMachine machine;
    private LocalPlatform java;
    private LocalPlatform c;

    @BeforeEach
    void start() throws IOException {
        CProgram.require();
        machine = new LocalMachine();
        java = machine.domain("java");
        c = machine.domain("c");
    }

    @AfterEach
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private static String path(LocalPlatform server, LocalPlatform client) {
        return GuestProcess.path(server.self(), client.self());
    }

    /** A proxy; {@code end} is a socket's path, or "-" for standard input and output. */
    private static CProgram proxy(LocalPlatform self, String mode, LocalPlatform peer, Object end) throws IOException {
        String path = mode.equals("server") ? path(self, peer) : path(peer, self);
        return new CProgram(self, CProgram.proxy(), "-m", mode, peer.self(), path, end);
    }

    private static Void send(ByteChannel channel, long seed) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(STREAM);
        new SeededBytes(seed).fill(bytes);
        bytes.flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return null;
    }

    private static Void receive(ByteChannel channel, long seed) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(STREAM);
        while (bytes.hasRemaining()) {
            assertThat(channel.read(bytes)).as("bytes after %d", bytes.position()).isPositive();
        }
        new SeededBytes(seed).check(bytes.flip());
        return null;
    }

    /** The proxy's standard input and output as the other end of a channel of ours: a stream each way at once. */
    private static void exchange(VchanChannel channel, CProgram proxy) throws Exception {
        Background<Void> toProxy = Background.run(() -> send(channel, 1));
        Background<Void> fromProxy = Background.run(() -> receive(channel, 2));
        Background<Void> input = Background.run(() -> {
            ByteBuffer bytes = ByteBuffer.allocate(STREAM);
            new SeededBytes(2).fill(bytes);
            proxy.input().write(bytes.array());
            proxy.input().flush();
            return null;
        });
        new SeededBytes(1).check(ByteBuffer.wrap(proxy.output().readNBytes(STREAM)));
        toProxy.get();
        input.get();
        fromProxy.get();
    }

    @Test
    void shouldTalkToProxyThatIsTheClient() throws Exception {
        VchanServer server = Vchan.open(java, c.self(), VchanOptions.defaults());
        try (CProgram proxy = proxy(c, "client", java, "-")) {
            server.publish(path(java, c));
            exchange(server.channel(), proxy);
            server.close();
            proxy.assertDone();
        } finally {
            server.close();
        }
    }

    @Test
    void shouldTalkToProxyThatIsTheServer() throws Exception {
        try (CProgram proxy = proxy(c, "server", java, "-");
                VchanChannel channel = Vchan.connect(java, c.self(), path(c, java), VchanOptions.defaults(), PATIENCE)) {
            exchange(channel, proxy);
            proxy.input().close();
            assertThat(channel.read(ByteBuffer.allocate(1), PATIENCE)).isEqualTo(-1);
            proxy.assertDone();
        }
    }

    @Test
    void shouldLetProxySeeThatItsServerDoesNotExist() throws Exception {
        LocalPlatform gone = machine.domain("gone");
        gone.close();
        try (CProgram proxy = proxy(c, "client", gone, "-")) {
            assertThat(proxy.exit()).isEqualTo(1);
            assertThat(proxy.errors()).contains("vchan client init");
        }
    }

    @Test
    void shouldLetProxiesCarrySocketsToEachOther() throws Exception {
        Path listening = machine.folder.resolve("client.socket");
        Path served = machine.folder.resolve("server.socket");
        LocalPlatform other = machine.domain("other");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(served));
            try (CProgram server = proxy(c, "server", other, served);
                    CProgram client = proxy(other, "client", c, listening)) {
                await().atMost(PATIENCE).until(() -> Files.exists(listening));
                for (int round = 0; round < 2; round++) {
                    carry(SocketChannel.open(UnixDomainSocketAddress.of(listening)),
                            Background.run(listener::accept).get());
                }
                assertThat(server.process.isAlive()).as("%s serves the next", CProgram.proxy()).isTrue();
                assertThat(client.process.isAlive()).isTrue();
            }
        }
    }

    /** A stream each way, then the end, which the server's side must have seen before the next connection. */
    private static void carry(SocketChannel near, SocketChannel far) throws Exception {
        try (near; far) {
            Background<Void> there = Background.run(() -> send(near, 3));
            Background<Void> back = Background.run(() -> send(far, 4));
            Background<Void> arrived = Background.run(() -> receive(far, 3));
            receive(near, 4);
            there.get();
            back.get();
            arrived.get();
            near.shutdownOutput();
            assertThat(far.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }
}
