package dev.conduit.testbed.actor;

import dev.conduit.vchan.VchanChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One channel of an actor, and the thread that reads from it without end, if there is one. */
final class Line {

    private static final int PIECE = 16 * 1024;

    private final VchanChannel channel;
    private volatile CompletableFuture<String> end = new CompletableFuture<>();

    Line(VchanChannel channel) {
        this.channel = channel;
    }

    /** Reads until the end in a thread of its own, and gives the bytes back or drops them. */
    CompletableFuture<String> follow(boolean echo) {
        CompletableFuture<String> reported = new CompletableFuture<>();
        end = reported;
        Thread thread = new Thread(() -> reported.complete(readToTheEnd(echo)), "follow");
        thread.setDaemon(true);
        thread.start();
        return reported;
    }

    private String readToTheEnd(boolean echo) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PIECE);
        try {
            while (channel.read(buffer.clear()) >= 0) {
                buffer.flip();
                if (echo) {
                    channel.write(buffer);
                }
            }
            return "end of stream";
        } catch (IOException | RuntimeException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    /** The state, and how the reading thread ended. */
    String ended(Duration limit) throws Exception {
        try {
            String how = end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return channel.state() + " " + how;
        } catch (TimeoutException e) {
            throw new TimeoutException("still reading after " + limit + ", state " + channel.state());
        }
    }

    String becomes(String state, Duration limit) throws Exception {
        long start = System.nanoTime();
        while (!channel.state().name().equals(state)) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new TimeoutException("state is " + channel.state() + " after " + limit);
            }
            Thread.sleep(20);
        }
        return state;
    }

    /** Sends seeded bytes to a peer that gives them back, and compares. */
    String exchange(long seed, int bytes, Duration limit) throws Exception {
        CompletableFuture<String> sent = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            try {
                send(new Random(seed), bytes, limit);
                sent.complete("");
            } catch (Throwable e) {
                sent.completeExceptionally(e);
            }
        }, "send");
        sender.setDaemon(true);
        sender.start();
        compare(new Random(seed), bytes, limit);
        return sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void send(Random random, int bytes, Duration limit) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int left = bytes; left > 0; left -= piece.length) {
            random.nextBytes(piece);
            channel.write(ByteBuffer.wrap(piece, 0, Math.min(left, piece.length)), limit);
        }
    }

    private void compare(Random random, int bytes, Duration limit) throws IOException {
        byte[] expected = new byte[PIECE];
        for (int left = bytes; left > 0; left -= expected.length) {
            random.nextBytes(expected);
            int length = Math.min(left, expected.length);
            ByteBuffer got = ByteBuffer.allocate(length);
            while (got.hasRemaining()) {
                if (channel.read(got, limit) < 0) {
                    throw new IOException("end of stream, " + (left - got.position()) + " bytes short");
                }
            }
            int wrong = got.flip().mismatch(ByteBuffer.wrap(expected, 0, length));
            if (wrong >= 0) {
                throw new IOException("byte " + (bytes - left + wrong) + " is not what was sent");
            }
        }
    }

    void close() {
        channel.close();
    }
}
