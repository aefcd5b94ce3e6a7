package dev.conduit.rendezvous.resolver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.rendezvous.nameserver.NameServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Netty client that finds names through a resolver of ours. */
@Timeout(120)
class NettyResolverTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(30, TimeUnit.SECONDS);
    }

    @Test
    void shouldConnectNettyClientByName() throws Exception {
        try (NameServer dns = NameServer.start(NameServer.Kind.KNOT, "www IN A 127.0.0.1\n");
                EchoServer echo = new EchoServer(ServerSocketFactory.getDefault());
                ConduitAddressResolverGroup group = new ConduitAddressResolverGroup(
                        new CachingResolver(DnsResolver.of(List.of(dns.address())), 100), LONG)) {
            CompletableFuture<String> received = new CompletableFuture<>();
            var channel = new Bootstrap().group(loops).channel(NioSocketChannel.class).resolver(group)
                    .handler(new SimpleChannelInboundHandler<ByteBuf>() {
                        @Override
                        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
                            received.complete(bytes.toString(UTF_8));
                        }
                    }).connect("www.lab.test", echo.port());
            assertThat(channel.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(channel.cause()).isNull();
            channel.channel().writeAndFlush(Unpooled.copiedBuffer("hello", UTF_8));
            assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo("hello");
            channel.channel().close().awaitUninterruptibly(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldGiveAllAddressesAndSayWhatIsUnknown() throws Exception {
        StaticResolver entries = StaticResolver.empty().with("www",
                new Endpoint.Tcp(new InetSocketAddress("127.0.0.1", 1)),
                new Endpoint.Tcp(new InetSocketAddress("127.0.0.2", 1)));
        try (ConduitAddressResolverGroup group = new ConduitAddressResolverGroup(entries, LONG)) {
            AddressResolver<InetSocketAddress> resolver = group.getResolver(loops.next());
            assertThat(resolver.resolveAll(InetSocketAddress.createUnresolved("www", 80)).get(30, TimeUnit.SECONDS))
                    .containsExactly(new InetSocketAddress("127.0.0.1", 80), new InetSocketAddress("127.0.0.2", 80));
            Future<InetSocketAddress> unknown = resolver.resolve(InetSocketAddress.createUnresolved("nobody", 80));
            assertThat(unknown.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(unknown.cause()).isInstanceOf(UnknownHostException.class)
                    .hasMessage("'nobody' has no IP address");
        }
    }

    @Test
    void shouldRefuseLookupsBeyondItsBoundAndAfterClose() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Resolver stuck = (target, timeout) -> {
            try {
                release.await(LONG.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException closed) {
                throw Failures.interrupted("lookup");
            }
            return Resolution.UNKNOWN;
        };
        ConduitAddressResolverGroup group = new ConduitAddressResolverGroup(stuck, LONG);
        AddressResolver<InetSocketAddress> resolver = group.getResolver(loops.next());
        for (int i = 0; i < 8 + 1000; i++) {
            resolver.resolve(InetSocketAddress.createUnresolved("www", 80));
        }
        Future<InetSocketAddress> tooMany = resolver.resolve(InetSocketAddress.createUnresolved("www", 80));
        assertThat(tooMany.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(tooMany.cause()).hasMessage("lookup of 'www' is refused: 1000 lookups wait already");
        release.countDown();
        group.close();
        Future<InetSocketAddress> closed = resolver.resolve(InetSocketAddress.createUnresolved("www", 80));
        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(closed.cause()).hasMessage("lookup of 'www' is refused: the resolver is closed");
    }
}
