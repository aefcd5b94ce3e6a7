package dev.conduit.synjitsu.handover;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Measures the front with its XenStore, without a link: SYN to SYN-ACK beside waiting connections, and the hand-over of
 * many. Arguments: waiting connections, SYNs that are timed, connections handed over.
 */
public final class FrontSpeed {

    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: www.lab.test\r\n\r\n".getBytes();

    private final MemoryLink link = new MemoryLink();

    private FrontSpeed() {}

    /** @param args see the class comment */
    public static void main(String[] args) throws Exception {
        int waiting = Integer.parseInt(args[0]);
        int timed = Integer.parseInt(args[1]);
        int handed = Integer.parseInt(args[2]);
        Path folder = Files.createTempDirectory("front");
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
                XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket());
                LocalPlatform guest = LocalPlatform.open(folder, "www")) {
            new FrontSpeed().run(store, guest, waiting, timed);
            for (int round = 0; round < 5; round++) {
                new FrontSpeed().handOver(store, guest, handed);
            }
        }
    }

    private TcpFront front(XenStoreClient store) throws Exception {
        store.transaction(transaction -> {
            if (transaction.exists(StatePaths.service("www"))) {
                transaction.remove(StatePaths.service("www"));
            }
            return null;
        });
        TcpFront front = TcpFront.open(link, TcpFrontTest.FRONT, store,
                new TableOptions().connections(100_000, 100_000).halfOpen(100_000, 100_000), System.err::println);
        front.arm(TcpFrontTest.service());
        while (!front.holds(TcpFrontTest.service())) {
            Thread.sleep(1);
        }
        return front;
    }

    private void put(Segment segment) {
        ByteBuffer frame = segment.toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame, TcpFrontTest.FRONT, TcpFrontTest.CLIENT, Ethernet.IPV4);
        link.put(frame.rewind());
    }

    private Segment next() throws InterruptedException {
        while (true) {
            Ethernet ethernet = Ethernet.read(link.fromFront.poll(30, TimeUnit.SECONDS), new Drops());
            if (ethernet.type() == Ethernet.IPV4) {
                return Segment.read(IpPacket.read(ethernet.payload(), new Drops()), Segment.NO_VIA, new Drops());
            }
        }
    }

    private Segment syn(int number) throws InterruptedException {
        put(client(number).sequence(1).flags(Segment.SYN).build());
        return next();
    }

    private static Segment.Builder client(int number) {
        return Segment.from(TcpFrontTest.address("10.9." + (1 + number / 50_000) + ".1"), 1024 + number % 50_000,
                TcpFrontTest.SERVICE, 80).window(1000);
    }

    private void connect(int number) throws InterruptedException {
        Segment synAck = syn(number);
        put(client(number).sequence(2).acknowledgement(synAck.sequence() + 1).flags(Segment.ACK)
                .payload(ByteBuffer.wrap(REQUEST)).build());
        next();
    }

    private void run(XenStoreClient store, LocalPlatform guest, int waiting, int timed) throws Exception {
        try (TcpFront front = front(store)) {
            for (int i = 0; i < waiting; i++) {
                connect(i);
            }
            long[] nanos = new long[timed];
            for (int i = 0; i < timed; i++) {
                long begin = System.nanoTime();
                syn(waiting + i);
                nanos[i] = System.nanoTime() - begin;
            }
            Arrays.sort(nanos);
            System.out.printf(Locale.ROOT, "SYN to SYN-ACK beside %d waiting: p50 %.0f us, p99 %.0f us, longest %.1f ms%n", waiting,
                    nanos[timed / 2] / 1e3, nanos[timed * 99 / 100] / 1e3, nanos[timed - 1] / 1e6);
            front.disarm(TcpFrontTest.service());
        }
    }

    private void handOver(XenStoreClient store, LocalPlatform guest, int count) throws Exception {
        try (TcpFront front = front(store)) {
            for (int i = 0; i < count; i++) {
                connect(i);
            }
            front.started(TcpFrontTest.service(), guest.self().value());
            long begin = System.nanoTime();
            long[] ready = new long[1];
            int taken = HandOver.take(guest.xenStore(), "www", (List<Tcb> all) -> {
                ready[0] = System.nanoTime();
                return new HandOver.Ready() {
                    @Override
                    public void activate() {}

                    @Override
                    public void abandon() {}
                };
            }, Duration.ofSeconds(30)).orElseThrow();
            System.out.printf(Locale.ROOT, "hand-over of %d: %.1f ms, of which let in, frozen and read %.1f ms%n", taken,
                    (System.nanoTime() - begin) / 1e6, (ready[0] - begin) / 1e6);
        }
    }
}
