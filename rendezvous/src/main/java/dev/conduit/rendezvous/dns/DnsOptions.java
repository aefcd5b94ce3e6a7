package dev.conduit.rendezvous.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a DNS server works. Immutable: each {@code with} method gives a changed copy and checks its value. */
public final class DnsOptions {

    private static final int PORT = 5353;
    private static final int MAX_THREADS = 64;
    private static final int MAX_THREADS_BY_DEFAULT = 4;
    private static final int MAX_RATE = 1_000_000;
    private static final int MAX_COUNT = 1_000_000;
    private static final Duration MAX_DEADLINE = Duration.ofMinutes(1);
    private static final Duration MAX_IDLE = Duration.ofMinutes(10);
    private static final DnsOptions DEFAULTS = new DnsOptions();

    private List<InetSocketAddress> listen =
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
    private List<ServedZone> zones = List.of();
    private List<InetSocketAddress> forwarders = List.of();
    private Duration forwardTimeout = Duration.ofSeconds(1);
    private List<ClientNetwork> forwardClients = ClientNetwork.LOOPBACK;
    private long cacheBytes = 8L << 20;
    private Duration sourceDeadline = Duration.ofSeconds(4);
    private int maxWaiting = 16384;
    private int rate = 100;
    private int slip = 1;
    private List<ClientNetwork> rateExempt = ClientNetwork.LOOPBACK;
    private int tcpConnections = 256;
    private Duration tcpIdle = Duration.ofSeconds(10);
    private int threads = Math.max(1, Math.min(MAX_THREADS_BY_DEFAULT, Runtime.getRuntime().availableProcessors() / 2));

    private DnsOptions() {}

    private DnsOptions(DnsOptions from) {
        listen = from.listen;
        zones = from.zones;
        forwarders = from.forwarders;
        forwardTimeout = from.forwardTimeout;
        forwardClients = from.forwardClients;
        cacheBytes = from.cacheBytes;
        sourceDeadline = from.sourceDeadline;
        maxWaiting = from.maxWaiting;
        rate = from.rate;
        slip = from.slip;
        rateExempt = from.rateExempt;
        tcpConnections = from.tcpConnections;
        tcpIdle = from.tcpIdle;
        threads = from.threads;
    }

    /**
     * Returns the defaults: 127.0.0.1 port 5353, no zone, nothing forwarded, and what the methods here say.
     *
     * @return the defaults
     */
    public static DnsOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets where to listen, over UDP and TCP each.
     *
     * @param addresses at least one; port 0 picks one that is free for both
     * @return the changed copy
     * @throws IllegalArgumentException when there is none
     */
    public DnsOptions withListen(List<InetSocketAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a DNS server needs an address to listen on");
        }
        DnsOptions copy = new DnsOptions(this);
        copy.listen = List.copyOf(addresses);
        return copy;
    }

    /**
     * Adds a zone that answers alone.
     *
     * @param zone the zone
     * @return the changed copy
     * @throws IllegalArgumentException when a zone of this name was added before
     */
    public DnsOptions withZone(Zone zone) {
        return withServed(new ServedZone(zone, null));
    }

    /**
     * Adds a zone and who answers for the names in it that own no record there. A wildcard of the zone comes after the
     * source.
     *
     * @param zone the zone
     * @param source answers for other names
     * @return the changed copy
     * @throws IllegalArgumentException when a zone of this name was added before
     */
    public DnsOptions withZone(Zone zone, DnsSource source) {
        return withServed(new ServedZone(zone, source));
    }

    private DnsOptions withServed(ServedZone added) {
        List<ServedZone> all = new ArrayList<>(zones);
        all.add(added);
        new Zones(all); // refuses a zone given twice
        DnsOptions copy = new DnsOptions(this);
        copy.zones = List.copyOf(all);
        return copy;
    }

    /**
     * Takes all zones out, to give others to {@link DnsServer#serve}.
     *
     * @return the changed copy
     */
    public DnsOptions withoutZones() {
        DnsOptions copy = new DnsOptions(this);
        copy.zones = List.of();
        return copy;
    }

    /**
     * Sets the servers that are asked for names in no zone, in this order, each twice; the one that answered last comes
     * first.
     *
     * @param servers empty: such names are refused
     * @return the changed copy
     */
    public DnsOptions withForwarders(List<InetSocketAddress> servers) {
        DnsOptions copy = new DnsOptions(this);
        copy.forwarders = List.copyOf(servers);
        return copy;
    }

    /**
     * Sets how long one of these servers is waited for before the next is asked; 1 s by default.
     *
     * @param longest more than 0, to a minute
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public DnsOptions withForwardTimeout(Duration longest) {
        DnsOptions copy = new DnsOptions(this);
        copy.forwardTimeout = check("forward time-out", longest, MAX_DEADLINE);
        return copy;
    }

    /**
     * Sets whose queries are forwarded; loopback by default. Others are refused.
     *
     * @param networks may be empty
     * @return the changed copy
     */
    public DnsOptions withForwardClients(List<ClientNetwork> networks) {
        DnsOptions copy = new DnsOptions(this);
        copy.forwardClients = List.copyOf(networks);
        return copy;
    }

    /**
     * Sets how much of forwarded answers is kept, 8 MiB by default. What was not used for longest makes room.
     *
     * @param bytes 0 (nothing is kept) to 2^31 - 1
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public DnsOptions withCache(long bytes) {
        if (bytes < 0 || bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("cache of " + bytes + " bytes is not between 0 and " + Integer.MAX_VALUE);
        }
        DnsOptions copy = new DnsOptions(this);
        copy.cacheBytes = bytes;
        return copy;
    }

    /**
     * Sets how long a client waits for a source, or for the servers queries are forwarded to, until it gets SERVFAIL; 4 s
     * by default, which is less than the 5 s that resolvers wait.
     *
     * @param longest more than 0, to a minute
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public DnsOptions withSourceDeadline(Duration longest) {
        DnsOptions copy = new DnsOptions(this);
        copy.sourceDeadline = check("source deadline", longest, MAX_DEADLINE);
        return copy;
    }

    /**
     * Sets how many queries may wait for an answer of others at one time, 16384 by default; more get SERVFAIL.
     *
     * @param queries 1 to a million
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public DnsOptions withMaxWaiting(int queries) {
        DnsOptions copy = new DnsOptions(this);
        copy.maxWaiting = check("waiting queries", queries, 1, MAX_COUNT);
        return copy;
    }

    /**
     * Sets how often each network (/24 of IPv4, /56 of IPv6) is told the same over UDP; 100 times a second by default, and
     * each reply over that sends the client to TCP. "The same" is an answer for one name, or all denials of a zone, or all
     * errors; errors are no longer than their queries, and are sent as they are.
     *
     * @param perSecond replies a second, to a million; 0: no limit
     * @param everyNth of the replies over the limit, one in so many sends the client to TCP, and the others are dropped; 1
     *     to a million
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public DnsOptions withRateLimit(int perSecond, int everyNth) {
        DnsOptions copy = new DnsOptions(this);
        copy.rate = check("rate limit", perSecond, 0, MAX_RATE);
        copy.slip = check("slip", everyNth, 1, MAX_COUNT);
        return copy;
    }

    /**
     * Sets who is not limited; loopback by default.
     *
     * @param networks may be empty
     * @return the changed copy
     */
    public DnsOptions withRateLimitExempt(List<ClientNetwork> networks) {
        DnsOptions copy = new DnsOptions(this);
        copy.rateExempt = List.copyOf(networks);
        return copy;
    }

    /**
     * Sets the bounds of TCP: 256 connections and 10 s by default. When there are more connections, the one that is idle
     * for longest is closed; when none is idle, the new one.
     *
     * @param connections at one time, 1 to a million
     * @param idle how long a connection stays without a whole query, more than 0, to 10 minutes
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public DnsOptions withTcp(int connections, Duration idle) {
        DnsOptions copy = new DnsOptions(this);
        copy.tcpConnections = check("TCP connections", connections, 1, MAX_COUNT);
        copy.tcpIdle = check("TCP idle time", idle, MAX_IDLE);
        return copy;
    }

    /**
     * Sets how many threads answer; by default one for two processors, 1 to 4. Only Linux's own sockets use more than one.
     *
     * @param count 1 to 64
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public DnsOptions withThreads(int count) {
        DnsOptions copy = new DnsOptions(this);
        copy.threads = check("threads", count, 1, MAX_THREADS);
        return copy;
    }

    private static int check(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " " + value + " is not between " + least + " and " + most);
        }
        return value;
    }

    private static Duration check(String what, Duration value, Duration most) {
        if (value.isZero() || value.isNegative() || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(what + " " + value + " is not more than 0 and at most " + most);
        }
        return value;
    }

    List<InetSocketAddress> listen() {
        return listen;
    }

    List<ServedZone> zones() {
        return zones;
    }

    List<InetSocketAddress> forwarders() {
        return forwarders;
    }

    Duration forwardTimeout() {
        return forwardTimeout;
    }

    List<ClientNetwork> forwardClients() {
        return forwardClients;
    }

    long cacheBytes() {
        return cacheBytes;
    }

    Duration sourceDeadline() {
        return sourceDeadline;
    }

    int maxWaiting() {
        return maxWaiting;
    }

    RateLimiter rateLimiter(long seed) {
        return new RateLimiter(rate, slip, rateExempt, seed);
    }

    int tcpConnections() {
        return tcpConnections;
    }

    Duration tcpIdle() {
        return tcpIdle;
    }

    int threads() {
        return threads;
    }
}
