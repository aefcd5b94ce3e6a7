package dev.conduit.cli;

import dev.conduit.vchan.VchanChannel;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Joins a connection with standard input and output. Bytes go straight between the descriptors and the ring.
 *
 * <p>A vchan has no half-close, so the side that sends ends the connection: at the end of standard input everything is
 * delivered, then the connection closed. A side that has nothing to send receives until the other side closes.
 */
public final class Pipe {

    /** Far beyond any transfer; the peer's end or death ends a wait long before. */
    private static final Duration FOREVER = Duration.ofDays(365);

    private final VchanChannel connection;
    private final boolean emptyInputEnds;
    private final boolean stay;

    private volatile boolean delivered;
    private volatile IOException sendFailure;

    /**
     * Makes a pipe.
     *
     * @param connection open; the pipe closes it only when this side is the one that ends
     * @param emptyInputEnds whether an empty standard input that is a file or a pipe is something to send, too
     * @param stay whether to go on receiving after standard input has ended
     */
    public Pipe(VchanChannel connection, boolean emptyInputEnds, boolean stay) {
        this.connection = connection;
        this.emptyInputEnds = emptyInputEnds;
        this.stay = stay;
    }

    /**
     * Moves bytes both ways until one side ends.
     *
     * @throws IOException when not everything was moved
     */
    public void run() throws IOException {
        Thread sender = new Thread(this::send, "conduit-stdin");
        sender.setDaemon(true);
        sender.start();
        try {
            receive();
        } catch (IOException e) {
            if (sendFailure != null) {
                throw sendFailure;
            }
            if (!delivered) {
                throw e;
            }
        }
    }

    private void send() {
        try {
            boolean data = inputIsData();
            long sent = copyInput();
            if (stay || sent == 0 && !(emptyInputEnds && data)) {
                return;
            }
            if (!connection.drain(FOREVER)) {
                throw new IOException("the other side ended before it read everything: " + connection.state());
            }
            delivered = true;
        } catch (IOException e) {
            sendFailure = e;
        }
        connection.close();
    }

    private long copyInput() throws IOException {
        long total = 0;
        try (FileInputStream in = new FileInputStream(FileDescriptor.in);
                FileChannel file = in.getChannel()) {
            while (true) {
                int count = file.read(connection.reserve(1, FOREVER));
                if (count < 0) {
                    return total;
                }
                connection.commit(count);
                total += count;
            }
        }
    }

    private void receive() throws IOException {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out);
                FileChannel file = out.getChannel()) {
            for (ByteBuffer view; (view = connection.peek(1, FOREVER)) != null; ) {
                connection.release(file.write(view));
            }
        }
    }

    /** A terminal or /dev/null is not meant to be sent when it gives nothing; an empty file or pipe may be. */
    private static boolean inputIsData() {
        try {
            return !Files.readSymbolicLink(Path.of("/proc/self/fd/0")).startsWith("/dev");
        } catch (IOException e) {
            return false;
        }
    }
}
