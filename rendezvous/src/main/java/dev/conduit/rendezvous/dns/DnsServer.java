package dev.conduit.rendezvous.dns;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A DNS server over UDP and TCP: authoritative for its zones (RFC 1034, 1035, 2308, 4592, 6891, 7766, 7873, 8482, 9018), and for
 * those clients that may, a caching forwarder for everything else. It is never an open resolver by itself: without
 * forwarders, and for clients from elsewhere than this machine unless others are allowed, names in no zone are refused.
 *
 * <p>Thread-safe. Everything runs on a few daemon threads of its own.
 */
public final class DnsServer implements AutoCloseable {

    private static final int DATAGRAMS_PER_READ = 16;
    private static final int SOCKET_BUFFER = 4 << 20;
    private static final int PORT_TRIES = 20;
    private static final long END_SECONDS = 5;

    private final DnsOptions options;
    private final Transport transport;
    private final EventLoopGroup threads;
    private final List<Desk> desks = new ArrayList<>();
    private final List<Channel> channels = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final RateLimiter limiter;
    private final TcpConnections connections;
    private final Semaphore room;
    private final Counters counters = new Counters();
    private volatile Zones zones;

    private DnsServer(DnsOptions options, Transport transport) {
        this.options = options;
        this.transport = transport;
        zones = new Zones(options.zones());
        limiter = options.rateLimiter(new SecureRandom().nextLong());
        connections = new TcpConnections(options.tcpConnections());
        int count = transport.sharesPorts() ? options.threads() : 1;
        threads = transport.threads(count);
        Lookups sources = new SourceLookups(options.maxWaiting());
        Forwarding forwarding = options.forwarders().isEmpty() ? Forwarding.NONE
                : new Forwarding(new Forwarder(threads, transport, options.forwarders(),
                        options.forwardTimeout(), new UpstreamCache(options.cacheBytes()), counters),
                        options.forwardClients());
        Cookies cookies = new Cookies(DnsServer::secret, () -> System.currentTimeMillis() / 1000);
        room = new Semaphore(options.maxWaiting());
        for (int i = 0; i < count; i++) {
            desks.add(new Desk(threads.next(), new Responder(sources, forwarding, cookies), () -> zones, room,
                    options.sourceDeadline(), counters));
        }
    }

    private static byte[] secret() {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    /**
     * Starts a server. Blocks for up to half a second, the first time in a JVM, in which its code is made ready for the
     * first client.
     *
     * @param options where to listen and what to answer
     * @return the server, which answers from now on
     * @throws IOException when an address cannot be listened on; the message says which and why
     */
    public static DnsServer start(DnsOptions options) throws IOException {
        return start(options, Transport.fastest());
    }

    static DnsServer start(DnsOptions options, Transport transport) throws IOException {
        DnsServer server = new DnsServer(options, transport);
        WarmUp.run();
        try {
            for (InetSocketAddress address : options.listen()) {
                server.listen(address);
            }
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Returns where the server listens, in the order of the options, with the ports that were picked.
     *
     * @return at least one address
     */
    public List<InetSocketAddress> addresses() {
        return List.copyOf(addresses);
    }

    /**
     * Serves other zones from now on. Queries that wait get their answer from the zones there were.
     *
     * @param changed only its zones matter
     */
    public void serve(DnsOptions changed) {
        zones = new Zones(changed.zones());
    }

    /**
     * Tells what the server has done since it started: {@code queries-udp}, {@code queries-tcp}, {@code answers-} and a
     * result such as {@code nxdomain}, {@code limited} of them by the rate limit, {@code forwarded} queries,
     * {@code cache-hits} instead of those, and how many queries are {@code waiting} now.
     *
     * @return counters by their names
     */
    public Map<String, Long> counters() {
        return counters.read(options.maxWaiting() - room.availablePermits());
    }

    private void listen(InetSocketAddress address) throws IOException {
        for (int tries = 1; ; tries++) {
            // Ports of UDP are shared; that of TCP is not, and so keeps a second server out.
            Channel tcp = bind("TCP", address, tcp().bind(address));
            InetSocketAddress bound = (InetSocketAddress) tcp.localAddress();
            try {
                for (Desk desk : desks) {
                    channels.add(bind("UDP", bound, udp(desk).bind(bound)));
                }
                channels.add(tcp);
                addresses.add(bound);
                return;
            } catch (IOException e) {
                tcp.close().awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
                if (address.getPort() != 0 || tries == PORT_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static Channel bind(String protocol, InetSocketAddress address, ChannelFuture binding) throws IOException {
        if (!binding.awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS) || !binding.isSuccess()) {
            String reason = binding.cause() == null ? "no answer from its thread" : binding.cause().getMessage();
            throw new IOException("cannot listen on " + address.getHostString() + " port " + address.getPort() + " over "
                    + protocol + ": " + reason, binding.cause());
        }
        return binding.channel();
    }

    @SuppressWarnings("unchecked")
    private Bootstrap udp(Desk desk) {
        Bootstrap bootstrap = new Bootstrap().group(desk.loop()).channel(transport.datagrams())
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER).option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                .option(ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(DATAGRAMS_PER_READ * UdpHandler.MAX_QUERY))
                .handler(new UdpHandler(desk, limiter, counters));
        transport.datagramOptions().forEach((option, value) -> bootstrap.option((ChannelOption<Object>) option, value));
        return bootstrap;
    }

    private ServerBootstrap tcp() {
        Desk desk = desks.get(0);
        EventLoop loop = desk.loop();
        long idle = options.tcpIdle().toNanos();
        return new ServerBootstrap().group(loop, loop).channel(transport.servers())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(
                                new LengthFieldBasedFrameDecoder(Wire.MAX_MESSAGE + 2, 0, 2, 0, 2),
                                new TcpHandler(desk, connections, idle));
                    }
                });
    }

    /** Stops: queries that wait are answered with SERVFAIL. Idempotent; blocks until all is closed, for 5 s at most. */
    @Override
    public void close() {
        for (Desk desk : desks) {
            if (!desk.loop().isShuttingDown()) {
                desk.loop().submit(desk::failAll).awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
            }
        }
        channels.forEach(channel -> channel.close().awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS));
        threads.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
    }
}
