package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ListenOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * File copy: one file from one process to another.
 *
 * <pre>
 * FileCopy receive NAME TARGET    waits for one file and stores it
 * FileCopy send NAME SOURCE       sends a file
 * </pre>
 *
 * <p>A receiver whose sender dies gets an exception from {@code read}, not an end of file, so a file that was cut short
 * is never taken for a whole one.
 */
public final class FileCopy {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int RING = 1 << 20;

    private FileCopy() {}

    /**
     * Runs the sample.
     *
     * @param args see the class comment
     * @throws IOException when something fails, for example when the peer dies
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 3 || !args[0].equals("receive") && !args[0].equals("send")) {
            System.err.println("usage: FileCopy receive NAME TARGET | FileCopy send NAME SOURCE");
            System.exit(2);
        }
        try (Conduit conduit = Conduit.open()) {
            Path file = Path.of(args[2]);
            long bytes = args[0].equals("send") ? send(conduit, args[1], file) : receive(conduit, args[1], file);
            System.out.println(bytes + " bytes");
        }
    }

    private static long receive(Conduit conduit, String name, Path target) throws IOException {
        try (ConduitServer server = conduit.listen(name, ListenOptions.defaults().withRings(RING, 4096))) {
            System.out.println("listening as " + name);
            try (ConduitConnection sender = server.accept();
                    FileChannel file = FileChannel.open(target, StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
                long total = 0;
                while (sender.read(buffer.clear()) >= 0) {
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        total += file.write(buffer);
                    }
                }
                return total;
            }
        }
    }

    private static long send(Conduit conduit, String name, Path source) throws IOException {
        try (ConduitConnection receiver = conduit.connect(name, PATIENCE);
                FileChannel file = FileChannel.open(source)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
            long total = 0;
            while (file.read(buffer.clear()) >= 0) {
                total += receiver.write(buffer.flip());
            }
            if (!receiver.close(PATIENCE)) {
                throw new IOException("the receiver did not read everything");
            }
            return total;
        }
    }
}
