package dev.conduit.xenstore.fuzz;

import dev.conduit.xenstore.server.Wire;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Random;

/** A real server behind a socket whose answers are spoiled: changed, left out, doubled, made up, cut off. */
final class SpoilingServer implements AutoCloseable {

    private final Random random;
    private final Mutator mutator;
    private final ServerSocketChannel listening;
    private final Thread thread = new Thread(this::serve, "spoiling-server");
    private final Wire wire = new Wire();
    private long answers;

    SpoilingServer(Path socket, long seed) throws IOException {
        random = new Random(seed);
        mutator = new Mutator(random);
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        thread.start();
    }

    /** One connection after the other. */
    private void serve() {
        while (listening.isOpen()) {
            Wire.Client client = wire.connect(0);
            try (SocketChannel channel = listening.accept()) {
                talk(channel, client);
            } catch (IOException e) {
                // The client, or the test, has had enough.
            } finally {
                client.close();
            }
        }
    }

    private void talk(SocketChannel channel, Wire.Client client) throws IOException {
        MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        while (channel.read(in) >= 0) {
            in.flip();
            while (in.hasRemaining()) {
                Message request = decoder.next(in);
                if (request != null) {
                    client.send(request);
                    for (Message answer : client.receive()) {
                        answers++;
                        send(channel, answer);
                    }
                }
            }
            in.clear();
        }
    }

    private void send(SocketChannel channel, Message answer) throws IOException {
        switch (random.nextInt(100)) {
            case 0:
                return;
            case 1:
                write(channel, answer.encoded());
                break;
            case 2, 3, 4:
                write(channel, event().encoded());
                break;
            case 5:
                write(channel, ByteBuffer.wrap(mutator.spoilFrame(answer.encoded().array())));
                return;
            case 6:
                write(channel, answer.encoded().limit(random.nextInt(WireHeader.SIZE)));
                throw new IOException("enough of this client");
            default:
                break;
        }
        write(channel, (random.nextInt(4) == 0 ? mutator.spoil(answer) : answer).encoded());
    }

    private Message event() {
        Message event = Message.of(Operation.WATCH_EVENT, random.nextInt(), random.nextInt(),
                Wire.payload("/fuzz/a|" + random.nextInt(5) + "|"));
        return random.nextBoolean() ? event : new Message(event.type(), event.requestId(), event.transactionId(),
                mutator.spoil(event).payload());
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** How many messages it had to send, spoiled or not; known when it is closed. */
    long answers() {
        return answers;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new AssertionError("the spoiling server hangs");
        }
    }
}
