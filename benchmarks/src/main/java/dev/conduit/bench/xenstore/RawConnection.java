package dev.conduit.bench.xenstore;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A client of the benchmark's own, for what the library's client does not do: many requests in one write, thousands of
 * connections on one thread. Requests are gathered, {@link #flush} sends them. Its waits end when the server does.
 */
final class RawConnection implements AutoCloseable {

    static final int READ = 2;
    static final int WATCH = 4;
    static final int TRANSACTION_START = 6;
    static final int TRANSACTION_END = 7;
    static final int WRITE = 11;
    static final int RM = 13;
    static final int SET_PERMS = 14;
    private static final int WATCH_EVENT = 15;
    private static final int ERROR = 16;

    private static final int HEADER = 16;
    private static final int BUFFER = 8 << 10;

    /**
     * A reply.
     *
     * @param error whether it is a refusal
     * @param payload a character a byte, without the NUL at its end
     */
    record Reply(boolean error, String payload) {
    }

    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocate(BUFFER).order(ByteOrder.nativeOrder());
    private final ByteBuffer in = ByteBuffer.allocate(BUFFER).order(ByteOrder.nativeOrder()).limit(0);

    private RawConnection(SocketChannel channel) {
        this.channel = channel;
    }

    static RawConnection open(Path socket) throws IOException {
        return new RawConnection(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /** Adds a request to those that the next flush sends. */
    void add(int operation, int transaction, String payload) throws IOException {
        byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
        if (out.remaining() < HEADER + bytes.length) {
            flush();
        }
        out.putInt(operation).putInt(0).putInt(transaction).putInt(bytes.length).put(bytes);
    }

    void flush() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    /** Waits for the next reply; events are passed over. */
    Reply receive() throws IOException {
        int length = nextReply();
        boolean error = in.getInt(in.position()) == ERROR;
        int end = in.position() + HEADER + length;
        int textEnd = length > 0 && in.get(end - 1) == 0 ? end - 1 : end;
        String payload = new String(in.array(), in.position() + HEADER, textEnd - in.position() - HEADER,
                StandardCharsets.ISO_8859_1);
        in.position(end);
        return new Reply(error, payload);
    }

    /** Sends what was added and waits for as many replies, none of which may be a refusal. */
    void exchange(int replies) throws IOException {
        flush();
        for (int i = 0; i < replies; i++) {
            int length = nextReply();
            if (in.getInt(in.position()) == ERROR) {
                throw new IOException("request refused: " + receive().payload());
            }
            in.position(in.position() + HEADER + length);
        }
    }

    /** Does one request, which must not be refused. */
    String call(int operation, int transaction, String payload) throws IOException {
        add(operation, transaction, payload);
        flush();
        Reply reply = receive();
        if (reply.error()) {
            throw new IOException("request " + operation + " refused: " + reply.payload());
        }
        return reply.payload();
    }

    /** Has the next reply complete in the buffer, its header at the position; returns the length of its payload. */
    private int nextReply() throws IOException {
        while (true) {
            fill(HEADER);
            int length = in.getInt(in.position() + HEADER - Integer.BYTES);
            if (length < 0 || length > BUFFER - HEADER) {
                throw new IOException("reply of " + length + " bytes, at most " + (BUFFER - HEADER) + " are expected");
            }
            fill(HEADER + length);
            if (in.getInt(in.position()) != WATCH_EVENT) {
                return length;
            }
            in.position(in.position() + HEADER + length);
        }
    }

    private void fill(int bytes) throws IOException {
        if (in.remaining() >= bytes) {
            return;
        }
        in.compact();
        while (in.position() < bytes) {
            if (channel.read(in) < 0) {
                throw new EOFException("the server closed the connection");
            }
        }
        in.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
