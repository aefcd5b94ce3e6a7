package dev.conduit.synjitsu.adopt;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;

/**
 * What is said on a connection. Request: seed, bytes that follow, bytes wanted, whether the end of the stream follows, each
 * an int; then the bytes. Answer: their SHA-256, then the bytes wanted.
 */
record Exchange(int seed, int up, int down, boolean halfClose) {

    static final int HEADER = 16;
    static final int HASH = 32;

    byte[] request() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + up);
        bytes.putInt(seed).putInt(up).putInt(down).putInt(halfClose ? 1 : 0).put(random(seed, up));
        return bytes.array();
    }

    byte[] answer(byte[] received) {
        return ByteBuffer.allocate(HASH + down).put(hash(received)).put(random(seed + 1, down)).array();
    }

    byte[] answer() {
        return answer(random(seed, up));
    }

    static Exchange read(ByteBuffer header) {
        return new Exchange(header.getInt(), header.getInt(), header.getInt(), header.getInt() == 1);
    }

    /** The server's part, until the client closes. */
    static void serve(ByteChannel channel) throws IOException {
        Exchange asked = read(ByteBuffer.wrap(bytes(channel, HEADER)));
        byte[] received = bytes(channel, asked.up());
        if (asked.halfClose()) {
            requireEnd(channel);
        }
        channel.write(ByteBuffer.wrap(asked.answer(received)));
        if (!asked.halfClose()) {
            requireEnd(channel);
        }
    }

    static byte[] bytes(ByteChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException("end after " + bytes.position() + " of " + count + " bytes");
            }
        }
        return bytes.array();
    }

    static void requireEnd(ByteChannel channel) throws IOException {
        if (channel.read(ByteBuffer.allocate(1)) >= 0) {
            throw new IOException("a byte more than there should be");
        }
    }

    String compare(byte[] answered) {
        byte[] right = answer();
        int at = Arrays.mismatch(right, answered);
        return at < 0 ? "ok" : "answer of " + answered.length + " bytes differs at " + at;
    }

    private static byte[] random(int seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
