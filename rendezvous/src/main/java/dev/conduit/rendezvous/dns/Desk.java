package dev.conduit.rendezvous.dns;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Answers the queries of one thread, and keeps those that have to wait. */
final class Desk {

    private final EventLoop loop;
    private final Responder responder;
    private final Supplier<Zones> zones;
    private final Semaphore room;
    private final Duration deadline;
    private final Counters counters;
    private final Set<Exchange> waiting = new HashSet<>();

    /**
     * Makes a desk.
     *
     * @param loop the thread
     * @param responder its own
     * @param zones what is served at this moment
     * @param room one permit for each query of the whole server that may wait
     * @param deadline longest wait
     * @param counters of the whole server
     */
    Desk(EventLoop loop, Responder responder, Supplier<Zones> zones, Semaphore room, Duration deadline,
            Counters counters) {
        this.loop = loop;
        this.responder = responder;
        this.zones = zones;
        this.room = room;
        this.deadline = deadline;
        this.counters = counters;
    }

    /** Answers a query; returns the length of the reply, 0 for none, or {@link Responder#WAIT}. */
    int answer(byte[] message, int length, InetAddress client, boolean udp) {
        (udp ? counters.udp : counters.tcp).increment();
        int reply = responder.respond(message, length, client, udp, zones.get(), List.of(), System.nanoTime());
        if (reply > 0) {
            counters.answered(responder.rcode());
        }
        return reply;
    }

    /**
     * Keeps the query that {@link #answer} has just made wait.
     *
     * @param message the query, which is kept
     * @param sink is told the length of the reply when there is one, once
     */
    void await(byte[] message, InetAddress client, boolean udp, Exchange.Sink sink) {
        if (!room.tryAcquire()) {
            int reply = responder.failed(message, message.length, client);
            counters.answered(responder.rcode());
            sink.reply(reply);
            return;
        }
        Exchange exchange = new Exchange(this, message, client, udp, zones.get(), sink);
        waiting.add(exchange);
        exchange.begin();
    }

    /** The reply to it stands in the responder. */
    void ended(Exchange exchange) {
        waiting.remove(exchange);
        room.release();
        counters.answered(responder.rcode());
    }

    /** Answers all who wait with SERVFAIL; on the desk's thread. */
    void failAll() {
        List.copyOf(waiting).forEach(Exchange::fail);
    }

    Responder responder() {
        return responder;
    }

    EventLoop loop() {
        return loop;
    }

    Duration deadline() {
        return deadline;
    }
}
