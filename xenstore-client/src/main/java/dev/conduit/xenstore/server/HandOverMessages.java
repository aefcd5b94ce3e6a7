package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.DescriptorChannel;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What two servers say to each other while one takes over from the other.
 *
 * <pre>
 * successor                         server
 * HELLO                   --&gt;
 *                         &lt;--       REFUSED and a text, or
 *                         &lt;--       STATE, descriptors in pieces, the state
 * READY                   --&gt;                              (the server waits for this so long, then goes on itself)
 *                         &lt;--       GO, or ABORT           (from GO on it serves no more)
 * SERVING                 --&gt;                              (before the successor handles the first request)
 * </pre>
 *
 * <p>The server decides. Without GO it goes on, also when the successor ends between GO and SERVING, for it has done
 * nothing then. A successor that is ready and loses the connection without ABORT knows that the server died, and serves.
 */
final class HandOverMessages {

    /** The first bytes of a successor; the last one is the version. */
    static final byte[] HELLO = "CONDUIT-XENSTORED-1".getBytes(StandardCharsets.US_ASCII);
    static final int REFUSED = 'R';
    static final int STATE = 'S';
    static final int READY = 'Y';
    static final int GO = 'G';
    static final int ABORT = 'A';
    static final int SERVING = 'V';
    /** Comes with each piece of descriptors. */
    private static final byte DESCRIPTORS = 'D';
    private static final int TEXT_MAX = 1 << 10;
    private static final int BUFFER = 64 << 10;

    private final DescriptorChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER).limit(0);
    private final List<Integer> descriptors = new ArrayList<>();

    HandOverMessages(DescriptorChannel channel) {
        this.channel = channel;
    }

    void send(int message) throws IOException {
        channel.send(ByteBuffer.wrap(new byte[] {(byte) message}));
    }

    void sendText(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        channel.send(ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, TEXT_MAX)));
    }

    void sendDescriptors(List<Integer> all) throws IOException {
        channel.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, all.size()));
        for (int from = 0; from < all.size(); from += DescriptorChannel.DESCRIPTORS_MAX) {
            int to = Math.min(all.size(), from + DescriptorChannel.DESCRIPTORS_MAX);
            channel.send(ByteBuffer.wrap(new byte[] {DESCRIPTORS}),
                    all.subList(from, to).stream().mapToInt(Integer::intValue).toArray());
        }
    }

    /** A stream whose flush sends what it was given. */
    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                channel.send(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    /** The next byte, or -1 at the end. */
    int receive() throws IOException {
        if (!received.hasRemaining()) {
            received.clear();
            int count;
            try {
                count = channel.receive(received, descriptors::add);
            } finally {
                received.flip();
            }
            if (count < 0) {
                return -1;
            }
        }
        return Byte.toUnsignedInt(received.get());
    }

    int receiveMessage() throws IOException {
        int message = receive();
        if (message < 0) {
            throw new EOFException("the other process ended");
        }
        return message;
    }

    String receiveText() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int next = receive(); next >= 0 && text.length() < TEXT_MAX; next = receive()) {
            text.append((char) next);
        }
        return text.toString();
    }

    /** How many were sent; they are in {@link #descriptors} when the state was read. */
    int receiveDescriptorCount() throws IOException {
        int count = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            count = count << Byte.SIZE | receiveMessage();
        }
        int pieces = (count + DescriptorChannel.DESCRIPTORS_MAX - 1) / DescriptorChannel.DESCRIPTORS_MAX;
        for (int i = 0; i < pieces; i++) {
            if (receiveMessage() != DESCRIPTORS) {
                throw new IOException("the descriptors are not where they belong");
            }
        }
        return count;
    }

    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return receive();
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                int first = receive();
                if (first < 0) {
                    return -1;
                }
                into[offset] = (byte) first;
                int more = Math.min(length - 1, received.remaining());
                received.get(into, offset + 1, more);
                return 1 + more;
            }
        };
    }

    /** What was received so far, to be closed by who does not use it. */
    List<Integer> descriptors() {
        return descriptors;
    }
}
