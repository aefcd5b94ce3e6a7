package dev.conduit.bench;

import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ConnectOptions;
import dev.conduit.rendezvous.ListenOptions;
import dev.conduit.vchan.FlushPolicy;
import dev.conduit.vchan.VchanOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * One of the two processes: {@code Peer receiver|sender KIND DIR ROUND-TRIPS SIZE:COUNT...}. Each prints one
 * line a result: {@code rate SIZE MESSAGES-A-SECOND} (receiver), {@code trip P50 P99} in nanoseconds (sender).
 */
public final class Peer {

    private static final String NAME = "bench";
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PING_SIZE = 64;
    private static final int BATCH_BYTES = 4096;

    private Peer() {}

    /**
     * Runs one side.
     *
     * @param args see the class comment
     * @throws IOException when the transport fails
     */
    public static void main(String[] args) throws IOException {
        boolean receiver = args[0].equals("receiver");
        Kind kind = Kind.valueOf(args[1]);
        Path directory = Path.of(args[2]);
        int trips = Integer.parseInt(args[3]);
        String[] cases = Arrays.copyOfRange(args, 4, args.length);
        switch (kind) {
            case UNIX_SOCKET, UNIX_SOCKET_BUFFERED -> {
                Path socket = directory.resolve("bench.sock");
                boolean batched = kind == Kind.UNIX_SOCKET_BUFFERED;
                try (Transport transport = receiver
                        ? UnixSocketTransport.accept(socket, batched)
                        : UnixSocketTransport.connect(socket, batched)) {
                    run(receiver, transport, trips, cases);
                }
            }
            default -> {
                try (Platform platform = LocalPlatform.open(directory, args[0]);
                        Conduit conduit = Conduit.open(platform);
                        Transport transport = open(receiver, kind, conduit)) {
                    run(receiver, transport, trips, cases);
                }
            }
        }
    }

    private static Transport open(boolean receiver, Kind kind, Conduit conduit) throws IOException {
        VchanOptions options = VchanOptions.defaults();
        if (kind == Kind.CONDUIT_COPY_BATCHED) {
            options = options.withFlush(FlushPolicy.batched(BATCH_BYTES));
        }
        ConduitConnection connection;
        if (receiver) {
            try (ConduitServer server = conduit.listen(NAME, ListenOptions.defaults().withChannel(options))) {
                System.out.println("ready");
                connection = server.accept(LIMIT);
            }
        } else {
            connection = conduit.connect(NAME, LIMIT, ConnectOptions.defaults().withChannel(options));
        }
        return kind == Kind.CONDUIT_ZERO_COPY ? new ZeroCopyTransport(connection) : new CopyTransport(connection);
    }

    private static void run(boolean receiver, Transport transport, int trips, String[] cases) throws IOException {
        for (String one : cases) {
            int size = Integer.parseInt(one.substring(0, one.indexOf(':')));
            long count = Long.parseLong(one.substring(one.indexOf(':') + 1));
            // The first half warms both sides up; the second is measured.
            for (int half = 0; half < 2; half++) {
                if (receiver) {
                    long begin = System.nanoTime();
                    check(transport.receive(size, count), count);
                    if (half == 1) {
                        System.out.println("rate " + size + " " + count * 1e9 / (System.nanoTime() - begin));
                    }
                } else {
                    transport.send(size, count);
                }
            }
        }
        if (receiver) {
            answer(transport, trips);
        } else {
            ask(transport, trips);
        }
    }

    private static void ask(Transport transport, int trips) throws IOException {
        long[] nanos = new long[trips];
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < trips; i++) {
                long begin = System.nanoTime();
                transport.send(PING_SIZE, 1);
                check(transport.receive(PING_SIZE, 1), 1);
                nanos[i] = System.nanoTime() - begin;
            }
        }
        Arrays.sort(nanos);
        System.out.println("trip " + nanos[trips / 2] + " " + nanos[(int) (trips * 0.99)]);
    }

    private static void answer(Transport transport, int trips) throws IOException {
        for (int i = 0; i < 2 * trips; i++) {
            check(transport.receive(PING_SIZE, 1), 1);
            transport.send(PING_SIZE, 1);
        }
    }

    private static void check(long sum, long count) throws IOException {
        if (sum != Transport.expectedSum(count)) {
            throw new IOException("sum of message numbers is " + sum + ", not " + Transport.expectedSum(count));
        }
    }
}
