package dev.conduit.rendezvous.dns;

import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Asks upstream servers, and keeps what they say. Equal questions at one time are one. */
final class Forwarder implements Lookups {

    /** Queries to upstream servers at one time, each with a socket of its own; more are answered with SERVFAIL. */
    private static final int MOST = 1024;

    private static final int TURNS = 2;
    private static final Flight FAILED = Flight.landed(DnsAnswer.outOfResources());

    private final EventLoopGroup threads;
    private final Transport transport;
    private final List<InetSocketAddress> servers;
    private final Duration timeout;
    private final UpstreamCache cache;
    private final Counters counters;
    private final ConcurrentMap<Question, Flight> running = new ConcurrentHashMap<>();
    private volatile InetSocketAddress lastGood;

    Forwarder(EventLoopGroup threads, Transport transport, List<InetSocketAddress> servers, Duration timeout,
            UpstreamCache cache, Counters counters) {
        this.threads = threads;
        this.transport = transport;
        this.servers = servers;
        this.timeout = timeout;
        this.cache = cache;
        this.counters = counters;
        this.lastGood = servers.get(0);
    }

    @Override
    public Flight ask(Question question) {
        UpstreamReply kept = cache.get(question, System.nanoTime());
        if (kept != null) {
            counters.cacheHits.increment();
            return Flight.landed(kept);
        }
        if (running.size() >= MOST) {
            Flight same = running.get(question);
            return same != null ? same : FAILED;
        }
        Flight flight = new Flight();
        Flight same = running.putIfAbsent(question, flight);
        if (same != null) {
            return same;
        }
        counters.forwarded.increment();
        new UpstreamQuery(threads.next(), transport, question, turns(), timeout, (reply, server) -> {
            if (reply != null) {
                lastGood = server;
                cache.put(question, reply, System.nanoTime());
            }
            running.remove(question, flight);
            flight.land(reply != null ? reply : DnsAnswer.outOfResources());
        }).begin();
        return flight;
    }

    /** The servers in the order they are asked: the one that answered last comes first. */
    private List<InetSocketAddress> turns() {
        List<InetSocketAddress> turns = new ArrayList<>();
        for (int i = 0; i < TURNS; i++) {
            InetSocketAddress good = lastGood;
            turns.add(good);
            servers.stream().filter(server -> !server.equals(good)).forEach(turns::add);
        }
        return turns;
    }

    /** A query to an upstream server ends by itself, and its answer is of use to the next who asks. */
    @Override
    public void abandoned(Question question, Flight flight) {}
}
