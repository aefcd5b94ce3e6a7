package dev.conduit.rendezvous.dns;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Answers made-up queries of a made-up client in memory, by a zone that nobody else sees, so that the first real client
 * does not wait until the code is loaded and compiled. No network, no real names, no counters.
 */
final class WarmUp {

    private static final int QUERIES = 300;
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final Duration TTL = Duration.ofSeconds(1);

    private WarmUp() {}

    /** Blocks until the code is loaded, and for 0.3 s at most after that. */
    static void run() {
        Name zone = Name.fromConstantString("warm-up.invalid.");
        InetAddress documentation = documentation();
        ServedZone served = new ServedZone(Zone.of(zone, List.of()), (name, type) -> CompletableFuture.completedFuture(
                DnsAnswer.ofAddresses(name, TTL, List.of(documentation))));
        Zones zones = new Zones(List.of(served));
        DnsOptions options = DnsOptions.defaults();
        Counters counters = new Counters();
        EmbeddedChannel channel = new EmbeddedChannel();
        Desk desk = new Desk(channel.eventLoop(), new Responder(new SourceLookups(options.maxWaiting()), Forwarding.NONE,
                new Cookies(() -> new byte[16], () -> 0)), () -> zones, new Semaphore(1), TTL, counters);
        channel.pipeline().addLast(new UdpHandler(desk, options.rateLimiter(0), counters));
        byte[] query = Message.newQuery(Record.newRecord(Name.fromConstantString("a.warm-up.invalid."), Type.A, DClass.IN))
                .toWire();
        InetSocketAddress client = new InetSocketAddress(documentation, 53);
        long end = System.nanoTime() + MOST_NANOS;
        for (int i = 0; i < QUERIES && System.nanoTime() - end < 0; i++) {
            channel.writeInbound(new DatagramPacket(Unpooled.wrappedBuffer(query), client, client));
            channel.releaseOutbound();
        }
        channel.finishAndReleaseAll();
    }

    /** Nobody has it (RFC 5737). */
    private static InetAddress documentation() {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
