package dev.conduit.cli;

import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.vchan.VchanChannel;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Joins a connection with standard input and output. Bytes go straight between the descriptors and the ring.
 *
 * <p>A vchan has no half-close, so the side that sends ends the connection: when standard input ends after something
 * was read from it, everything is delivered and the connection closed. A side whose standard input has nothing at all
 * receives until the other side closes.
 */
final class Pipe {

    /** Far beyond any transfer; the peer's death ends a wait long before. */
    private static final Duration FOREVER = Duration.ofDays(365);

    private final ConduitConnection connection;
    private final VchanChannel channel;

    Pipe(ConduitConnection connection) {
        this.connection = connection;
        this.channel = connection.channel();
    }

    /**
     * Moves bytes both ways until one side ends.
     *
     * @param stay true to go on receiving after standard input has ended
     */
    void run(boolean stay) throws IOException, InterruptedException {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            try {
                if (send() > 0 && !stay) {
                    channel.drain(FOREVER);
                    sent.complete(null);
                    connection.close();
                }
            } catch (IOException e) {
                sent.completeExceptionally(e);
                connection.close();
            }
        }, "conduit-stdin");
        sender.setDaemon(true);
        sender.start();
        try {
            receive();
        } catch (IOException e) {
            if (sent.isCompletedExceptionally()) {
                throw failure(sent);
            }
            if (!sent.isDone()) {
                throw e;
            }
        }
    }

    private long send() throws IOException {
        long total = 0;
        try (FileInputStream in = new FileInputStream(FileDescriptor.in); FileChannel file = in.getChannel()) {
            while (true) {
                ByteBuffer view = channel.reserve(1, FOREVER);
                int count = file.read(view);
                if (count < 0) {
                    return total;
                }
                channel.commit(count);
                channel.flush();
                total += count;
            }
        }
    }

    private void receive() throws IOException {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out); FileChannel file = out.getChannel()) {
            while (true) {
                ByteBuffer view = channel.peek(1, FOREVER);
                if (view == null) {
                    return;
                }
                channel.release(file.write(view));
            }
        }
    }

    private static IOException failure(CompletableFuture<Void> sent) throws InterruptedException {
        try {
            sent.get();
            throw new IllegalStateException("nothing failed");
        } catch (ExecutionException e) {
            return (IOException) e.getCause();
        }
    }
}
