package dev.conduit.xenstore.client;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A server on a socket for one client after the other: it answers each READ with its path, after a random while and so
 * in any order, and sends events in between. Requests for paths that begin with {@code /silent} are left unanswered.
 */
final class SlowServer implements AutoCloseable {

    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final ScheduledExecutorService answers = Executors.newSingleThreadScheduledExecutor();
    private final Random random;
    private volatile SocketChannel client;
    private volatile String token;

    SlowServer(Path socket, long seed) throws IOException {
        random = new Random(seed);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "slow-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        try {
            while (true) {
                client = listener.accept();
                serve(client);
            }
        } catch (IOException e) {
            // Closed, by the test.
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
        ByteBuffer in = ByteBuffer.allocate(4096);
        while (channel.read(in.clear()) >= 0) {
            in.flip();
            while (in.hasRemaining()) {
                Message request = decoder.next(in);
                if (request != null) {
                    take(channel, request);
                }
            }
        }
    }

    private void take(SocketChannel channel, Message request) {
        String first = Payload.split(request.payload()).get(0);
        if (request.type() == Operation.WATCH.code()) {
            token = Payload.split(request.payload()).get(1);
        }
        if (first.startsWith("/silent")) {
            return;
        }
        byte[] payload = request.type() == Operation.READ.code() ? Payload.bytes(first) : Payload.strings("OK");
        Message reply = new Message(request.type(), request.requestId(), 0, payload);
        int micros = random.nextInt(4) == 0 ? random.nextInt(2000) : 0;
        answers.schedule(() -> send(channel, reply), micros, TimeUnit.MICROSECONDS);
        if (token != null && random.nextInt(8) == 0) {
            answers.execute(this::event);
        }
    }

    /** Sends an event of the watch that was made last. */
    void event() {
        send(client, Message.of(Operation.WATCH_EVENT, 0, 0, Payload.strings("/watched", token)));
    }

    private static synchronized void send(SocketChannel channel, Message message) {
        try {
            ByteBuffer bytes = message.encoded();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            // The client left; nobody waits for this.
        }
    }

    /** Ends the connection of the client. */
    void drop() throws IOException {
        client.close();
    }

    @Override
    public void close() throws IOException {
        answers.shutdownNow();
        listener.close();
        if (client != null) {
            client.close();
        }
    }
}
