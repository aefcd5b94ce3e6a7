package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs what a service's part of a hand-over runs, with made-up connections on the loopback interface and reads in the place of
 * writes, so that the clients that wait do not wait until the code is loaded and compiled.
 */
final class ServiceWarmUp {

    private static final int ROUNDS = 300;
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    /** In its own home, where it may read; nobody has them. */
    private static final List<String> SOME_PATHS = List.of("data/warm-up/1", "data/warm-up/2");
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private ServiceWarmUp() {}

    /** Blocks until everything has run once, and for 0.3 s at most after that. */
    static void run(XenStoreClient store, String name, HandOver.Receiver receiver) throws IOException {
        ServiceSide side = new ServiceSide(name);
        long end = System.nanoTime() + MOST_NANOS;
        for (int round = 1; round <= ROUNDS && (round == 1 || System.nanoTime() - end < 0); round++) {
            receiver.prepare(HandOver.read(new MadeUpConnection(madeUp(round)), name)).abandon();
            store.transaction(side::front);
            store.readAll(SOME_PATHS);
        }
    }

    private static Tcb madeUp(int clientPort) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(LOOPBACK);
        return new Tcb(new InetSocketAddress(loopback, 1), new InetSocketAddress(loopback, clientPort), TcpState.ESTABLISHED, 1, 1,
                1000, 1, 1000, 1 + REQUEST.length, 1000, 7, 7, 1460, true, true, 1, 2, REQUEST);
    }
}
