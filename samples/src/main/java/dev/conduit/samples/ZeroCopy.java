package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Zero-copy: records are made in shared memory, and read where they lie.
 *
 * <pre>
 * ZeroCopy sum NAME              takes one connection, prints how many records came and their sum
 * ZeroCopy produce NAME COUNT    sends so many records, 1 to COUNT
 * </pre>
 *
 * <p>A record is one long, so it never lies across the end of a ring; longer ones ask {@code contiguous()} first.
 */
public final class ZeroCopy {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int RECORD = Long.BYTES;

    private ZeroCopy() {}

    /**
     * Runs the sample.
     *
     * @param args see the class comment
     * @throws IOException when something fails
     */
    public static void main(String[] args) throws IOException {
        try (Conduit conduit = Conduit.open()) {
            if (args.length == 2 && args[0].equals("sum")) {
                sum(conduit, args[1]);
            } else if (args.length == 3 && args[0].equals("produce")) {
                produce(conduit, args[1], Long.parseLong(args[2]));
            } else {
                System.err.println("usage: ZeroCopy sum NAME | ZeroCopy produce NAME COUNT");
                System.exit(2);
            }
        }
    }

    private static void sum(Conduit conduit, String name) throws IOException {
        try (ConduitServer server = conduit.listen(name)) {
            System.out.println("listening as " + name);
            try (ConduitConnection producer = server.accept()) {
                long count = 0;
                long sum = 0;
                ByteBuffer view;
                while ((view = producer.peek(RECORD, PATIENCE)) != null) {
                    int records = view.remaining() / RECORD;
                    for (int i = 0; i < records; i++) {
                        sum += view.getLong();
                    }
                    count += records;
                    producer.release(records * RECORD);
                }
                System.out.println(count + " records, sum " + sum);
            }
        }
    }

    private static void produce(Conduit conduit, String name, long count) throws IOException {
        try (ConduitConnection consumer = conduit.connect(name, PATIENCE)) {
            for (long next = 1; next <= count; ) {
                ByteBuffer view = consumer.reserve(RECORD, PATIENCE);
                int records = (int) Math.min(view.remaining() / RECORD, count - next + 1);
                for (int i = 0; i < records; i++) {
                    view.putLong(next++);
                }
                consumer.commit(records * RECORD);
            }
        }
    }
}
