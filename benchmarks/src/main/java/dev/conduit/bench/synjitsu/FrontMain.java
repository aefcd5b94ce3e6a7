package dev.conduit.bench.synjitsu;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.synjitsu.handover.HandOver;
import dev.conduit.synjitsu.handover.TcpFront;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The front with its XenStore, which has each connection before its SYN-ACK leaves, without a link. */
final class FrontMain {

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: www.lab.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String SERVICE = "10.9.0.10";
    private static final Frames FRAMES = Frames.inMemory(SERVICE);
    private static final int MANY = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final QueueLink link = new QueueLink();

    private FrontMain() {}

    /** @param args folder of a host to be made, waiting connections, SYNs that are timed, connections handed over, how often */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
                XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket());
                LocalPlatform guest = LocalPlatform.open(folder, SleepService.NAME)) {
            // The hand-overs first: the first of them is a service's usual one, in a front that has just begun.
            for (int round = 0; round < Integer.parseInt(args[4]); round++) {
                new FrontMain().handOver(store, guest, Integer.parseInt(args[3]), round == 0 ? "first of a JVM" : "later ones");
            }
            new FrontMain().waiting(store, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        }
    }

    private TcpFront front(XenStoreClient store) throws Exception {
        TcpFront.removeAll(store);
        TcpFront front = TcpFront.open(link, Frames.FRONT, store,
                new TableOptions().connections(MANY, MANY).halfOpen(MANY, MANY), note -> { });
        front.arm(SleepService.adopting(SERVICE));
        while (!front.holds(SleepService.adopting(SERVICE))) {
            Thread.onSpinWait();
        }
        return front;
    }

    private Segment answer() throws InterruptedException {
        Segment segment = null;
        while (segment == null) {
            segment = Frames.segment(link.take());
        }
        return segment;
    }

    private void connect(int clients) throws InterruptedException {
        for (int i = 0; i < clients; i++) {
            link.put(FRAMES.syn(i));
            link.put(FRAMES.request(i, answer(), REQUEST));
            answer();
        }
    }

    private void waiting(XenStoreClient store, int waiting, int timed) throws Exception {
        TcpFront front = front(store);
        try {
            connect(waiting);
            System.gc();
            Samples.say("front and its XenStore: heap with " + waiting + " waiting", "MiB",
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1048576.0);
            long[] nanos = new long[timed];
            for (int i = 0; i < timed; i++) {
                long begin = System.nanoTime();
                link.put(FRAMES.syn(waiting + i));
                answer();
                nanos[i] = System.nanoTime() - begin;
            }
            Samples.sayPercentiles("front and its XenStore: SYN to SYN-ACK beside " + waiting + " waiting", nanos);
        } finally {
            front.close();
        }
    }

    private void handOver(XenStoreClient store, LocalPlatform guest, int count, String which) throws Exception {
        try (TcpFront front = front(store)) {
            connect(count);
            front.started(SleepService.adopting(SERVICE), guest.self().value());
            long started = System.nanoTime();
            while (!isLetIn(guest)) {
                Thread.onSpinWait();
            }
            long begin = System.nanoTime();
            Samples.say("front: lets a service in whose guest was started, " + count + " connections, " + which, "ms",
                    (begin - started) / 1e6);
            int taken = HandOver.take(guest.xenStore(), SleepService.NAME, FrontMain::ready, PATIENCE).orElseThrow();
            double millis = (System.nanoTime() - begin) / 1e6;
            if (taken != count) {
                throw new IllegalStateException(taken + " connections of " + count + " were handed over");
            }
            Samples.say("hand-over of " + count + " connections, without their sockets, " + which, "ms", millis);
        }
    }

    /** A service is let in while its guest boots. */
    private static boolean isLetIn(LocalPlatform guest) throws XenStoreException {
        try {
            return guest.xenStore().exists("/local/domain/0/data/synjitsu/" + SleepService.NAME + "/turn");
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return false;
            }
            throw refused;
        }
    }

    private static HandOver.Ready ready(List<Tcb> all) {
        return new HandOver.Ready() {
            @Override
            public void activate() {}

            @Override
            public void abandon() {}
        };
    }
}
