package dev.conduit.bench.synjitsu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * A client asks for so many bytes with a line and gets them, or announces so many with a negative number and gets a
 * single byte when they may come and another when all have arrived; then it may ask again.
 */
final class Transfer {

    private static final int CHUNK = 128 << 10;

    private Transfer() {}

    static void serve(ByteChannel client) throws IOException {
        try (client) {
            ByteBuffer line = ByteBuffer.allocate(32);
            while (client.read(line) >= 0) {
                if (line.position() > 0 && line.get(line.position() - 1) == '\n') {
                    long bytes = Long.parseLong(new String(line.array(), 0, line.position() - 1, StandardCharsets.US_ASCII));
                    line.clear();
                    if (bytes < 0) {
                        give(client, 1);
                        take(client, -bytes);
                        bytes = 1;
                    }
                    give(client, bytes);
                }
            }
        }
    }

    /** Asks, and waits for the first byte of the answer. */
    static void ask(ByteChannel server, long bytes) throws IOException {
        write(server, ByteBuffer.wrap((bytes + "\n").getBytes(StandardCharsets.US_ASCII)));
        take(server, 1);
    }

    /** Announces bytes, sends them, and waits until all are there. */
    static void send(ByteChannel server, long bytes) throws IOException {
        write(server, ByteBuffer.wrap((-bytes + "\n").getBytes(StandardCharsets.US_ASCII)));
        take(server, 1);
        give(server, bytes);
        take(server, 1);
    }

    static void take(ByteChannel from, long bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        for (long left = bytes; left > 0; left -= chunk.position()) {
            chunk.clear().limit((int) Math.min(left, CHUNK));
            if (from.read(chunk) < 0) {
                throw new IOException("the connection ended " + left + " bytes before its time");
            }
        }
    }

    private static void give(ByteChannel to, long bytes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        for (long left = bytes; left > 0; left -= chunk.position()) {
            chunk.clear().limit((int) Math.min(left, CHUNK));
            write(to, chunk);
        }
    }

    private static void write(ByteChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }
}
