package dev.conduit.vchan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A server in domain 1 and a client in domain 2 of one fake machine. */
final class Pair implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(30);

    final FakeMachine machine = new FakeMachine();
    final FakePlatform serverPlatform = machine.domain(1);
    final FakePlatform clientPlatform = machine.domain(2);
    final VchanServer listener;
    final VchanChannel server;
    VchanChannel client;

    Pair(VchanOptions options) throws IOException {
        listener = Vchan.open(serverPlatform, clientPlatform.self(), options);
        server = listener.channel();
    }

    static Pair connected(VchanOptions options) throws IOException {
        Pair pair = new Pair(options);
        pair.connect(options);
        return pair;
    }

    static Pair connected(int toServer, int toClient) throws IOException {
        return connected(VchanOptions.defaults().withRings(toServer, toClient));
    }

    VchanChannel connect(VchanOptions options) throws IOException {
        client = Vchan.connect(clientPlatform, serverPlatform.self(), listener.ringRef(), listener.eventChannel(),
                options);
        return client;
    }

    /** The control page, as a peer sees it. */
    ByteBuffer page() {
        return machine.granted(listener.ringRef()).run();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        server.close();
        machine.assertNothingLeft();
    }

    static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    /** Bytes that differ from their neighbours and from those a ring further on. */
    static ByteBuffer pattern(int from, int count) {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            buffer.put(patternByte(from + i));
        }
        return buffer.flip();
    }

    static byte patternByte(int index) {
        return (byte) (index * 0x9E3779B1 >>> 24);
    }
}
