package dev.conduit.core.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A XenStore client that decides which bytes go when; in payloads, | stands for NUL. */
final class RawClient implements AutoCloseable {

    static final int READ = 2;
    static final int WATCH = 4;
    static final int START = 6;
    static final int END = 7;
    static final int INTRODUCE = 8;
    static final int WRITE = 11;
    static final int SET_PERMS = 14;
    static final int EVENT = 15;
    static final int IS_INTRODUCED = 17;

    private static final int HEADER = 16;

    /** A message from the server. */
    record Message(int type, int id, String payload) {
    }

    private final SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    private final ByteBuffer in = ByteBuffer.allocate(64 << 10).order(ByteOrder.nativeOrder()).limit(0);

    RawClient(Path socket) throws IOException {
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    static ByteBuffer message(int id, int transaction, int type, String payload) {
        byte[] bytes = payload.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(HEADER + bytes.length).order(ByteOrder.nativeOrder()).putInt(type).putInt(id)
                .putInt(transaction).putInt(bytes.length).put(bytes).flip();
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    Message receive() throws IOException {
        need(HEADER);
        int type = in.getInt();
        int id = in.getInt();
        in.getInt();
        int length = in.getInt();
        need(length);
        byte[] payload = new byte[length];
        in.get(payload);
        return new Message(type, id, new String(payload, StandardCharsets.ISO_8859_1).replace('\0', '|'));
    }

    private void need(int bytes) throws IOException {
        while (in.remaining() < bytes) {
            in.compact();
            int count = channel.read(in);
            in.flip();
            assertThat(count).as("bytes from the server").isPositive();
        }
    }

    /** Sends a request and gives the payload of what comes next. */
    String ask(int transaction, int type, String payload) throws IOException {
        send(message(1, transaction, type, payload));
        return receive().payload();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
