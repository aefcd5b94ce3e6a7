package dev.conduit.rendezvous.dns;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Map;

/**
 * The kind of sockets: Linux's own, which read and send many datagrams by one system call and share a port between
 * threads, or Java's, on one thread.
 *
 * @param name for messages
 * @param factory of the threads' selectors
 * @param datagrams UDP
 * @param servers TCP, listening
 * @param connections TCP
 * @param datagramOptions for UDP sockets that serve
 * @param sharesPorts whether several threads can have a UDP socket on one port
 */
record Transport(
        String name,
        IoHandlerFactory factory,
        Class<? extends DatagramChannel> datagrams,
        Class<? extends ServerSocketChannel> servers,
        Class<? extends SocketChannel> connections,
        Map<ChannelOption<?>, Object> datagramOptions,
        boolean sharesPorts) {

    static Transport fastest() {
        return Epoll.isAvailable() ? epoll() : nio();
    }

    static Transport epoll() {
        return new Transport("epoll", EpollIoHandler.newFactory(), EpollDatagramChannel.class,
                EpollServerSocketChannel.class, EpollSocketChannel.class,
                Map.of(EpollChannelOption.SO_REUSEPORT, true,
                        EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, UdpHandler.MAX_QUERY), true);
    }

    static Transport nio() {
        return new Transport("nio", NioIoHandler.newFactory(), NioDatagramChannel.class, NioServerSocketChannel.class,
                NioSocketChannel.class, Map.of(), false);
    }

    EventLoopGroup threads(int count) {
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("conduit-dns", true), factory);
    }
}
