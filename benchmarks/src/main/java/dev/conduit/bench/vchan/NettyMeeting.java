package dev.conduit.bench.vchan;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Over Netty's Unix-domain sockets, with one event loop. */
final class NettyMeeting implements Meeting {

    private final boolean receiver;
    private final Path file;
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final CompletableFuture<Transport> accepted = new CompletableFuture<>();

    NettyMeeting(boolean receiver, Path directory) {
        this.receiver = receiver;
        this.file = directory.resolve("bench-netty.sock");
    }

    @Override
    public void listen(boolean sleeping) throws IOException {
        Files.deleteIfExists(file);
        new ServerBootstrap().group(loops).channel(EpollServerDomainSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.complete(new NettyTransport(channel));
                    }
                })
                .bind(new DomainSocketAddress(file.toFile())).syncUninterruptibly();
    }

    @Override
    public Transport meet(boolean sleeping) {
        if (receiver) {
            return accepted.join();
        }
        ChannelHandler nothingYet = new ChannelInboundHandlerAdapter();
        return new NettyTransport(new Bootstrap().group(loops).channel(EpollDomainSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .handler(nothingYet)
                .connect(new DomainSocketAddress(file.toFile())).syncUninterruptibly().channel());
    }

    @Override
    public void close() {
        loops.shutdownGracefully().syncUninterruptibly();
    }
}
