package dev.conduit.synjitsu.handover;

import dev.conduit.core.DomainId;
import dev.conduit.synjitsu.front.AddressPolicy;
import dev.conduit.synjitsu.front.Responder;
import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreTransaction;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Takes made-up connections in memory through everything that a real one goes through before the link, and hands them over in
 * transactions that are given up, so that the first real client does not wait until the code is loaded and compiled. Nothing is
 * sent, and nobody sees anything in XenStore.
 */
final class WarmUp {

    private static final int CLIENTS = 300;
    /** Of these; servers bound the nodes of a transaction. */
    private static final int WRITTEN = 100;
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long MOST_STORE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final String NAME = "warm-up";
    private static final int PORT = 80;
    private static final int FIRST_PORT = 1024;
    private static final int WINDOW = 64_240;
    private static final int MSS = 1460;
    private static final MacAddress OURS = MacAddress.parse("02:00:00:00:00:02");
    private static final MacAddress CLIENT = MacAddress.parse("02:00:00:00:00:01");
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final IpAddress service = address(1);
    private final Queue<ByteBuffer> output = new ArrayDeque<>();
    private final XenStoreChanges written = new XenStoreChanges();
    private final long now = System.nanoTime();
    private final Responder responder = Responder.onEthernet(OURS, new TableOptions(), new byte[16], new TcpEvents() {},
            AddressPolicy.QUIET, new Drops(), output::add, now);

    private WarmUp() {}

    /** Blocks until the code is loaded, and for 0.5 s at most after that. */
    static void run(XenStoreClient store) throws XenStoreException {
        WarmUp warmUp = new WarmUp();
        warmUp.responder.arm(warmUp.service, Set.of(PORT), warmUp.now);
        warmUp.responder.advance(warmUp.now);
        long end = System.nanoTime() + MOST_NANOS;
        for (int i = 0; i < CLIENTS && System.nanoTime() - end < 0; i++) {
            warmUp.serve(FIRST_PORT + i);
        }
        end = System.nanoTime() + MOST_STORE_NANOS;
        do {
            store.transaction(warmUp::handOver);
        } while (System.nanoTime() - end < 0);
    }

    /** All that both sides do, of a service that nobody has. */
    private Void handOver(XenStoreTransaction transaction) throws XenStoreException {
        FrontSide front = new FrontSide(NAME);
        ServiceSide side = new ServiceSide(NAME);
        long generation = front.arm(transaction).generation();
        transaction.apply(written);
        front.admit(transaction, DomainId.DOM0);
        side.prepare(transaction, generation);
        front.freeze(transaction, generation, new XenStoreChanges());
        ConnectionNodes.read(transaction, NAME);
        side.commit(transaction, generation);
        front.settle(transaction, generation, false);
        transaction.abort();
        return null;
    }

    private void serve(int port) {
        ByteBuffer arp = ByteBuffer.allocate(Ethernet.HEADER + ArpPacket.LENGTH);
        Ethernet.writeHeader(arp, MacAddress.BROADCAST, CLIENT, Ethernet.ARP);
        ArpPacket.announcement(address(2), CLIENT).write(arp);
        responder.receive(arp.flip(), now);
        output.clear();
        receive(segment(port).flags(Segment.SYN).options(new TcpOptions(MSS, 7, true, true, 1, 0, new int[0])));
        Segment synAck = Segment.read(IpPacket.read(Ethernet.read(output.remove(), new Drops()).payload(), new Drops()),
                Segment.NO_VIA, new Drops());
        receive(segment(port).flags(Segment.ACK).sequence(1).acknowledgement(synAck.sequence() + 1)
                .options(new TcpOptions(-1, -1, false, true, 1, 0, new int[0])).payload(ByteBuffer.wrap(REQUEST)));
        for (Connection connection : responder.table().takeChanged()) {
            Tcb tcb = responder.table().snapshot(connection, now);
            if (port < FIRST_PORT + WRITTEN) {
                ConnectionNodes.write(written, NAME, port, tcb, connection.via());
            }
            TcbText.tcb(TcbFields.read(TcbText.format(tcb, connection.via()).getBytes(StandardCharsets.ISO_8859_1)), tcb.state(),
                    tcb.data());
        }
    }

    private Segment.Builder segment(int port) {
        return Segment.from(address(2), port, service, PORT).window(WINDOW);
    }

    private void receive(Segment.Builder segment) {
        ByteBuffer frame = segment.build().toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame, OURS, CLIENT, Ethernet.IPV4);
        responder.receive(frame.rewind(), now);
    }

    /** Of a network that nobody has (RFC 5737). */
    private static IpAddress address(int last) {
        try {
            return IpAddress.of(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last}));
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
