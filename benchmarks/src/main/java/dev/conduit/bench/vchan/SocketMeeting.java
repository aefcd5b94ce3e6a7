package dev.conduit.bench.vchan;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Over a socket of the JDK: a Unix-domain one, or TCP on the loopback device; the receiver leaves its port in a file. */
final class SocketMeeting implements Meeting {

    private final boolean receiver;
    private final Kind kind;
    private final Path file;
    private ServerSocketChannel server;

    SocketMeeting(boolean receiver, Kind kind, Path directory) {
        this.receiver = receiver;
        this.kind = kind;
        this.file = directory.resolve(kind == Kind.TCP ? "bench.port" : "bench.sock");
    }

    @Override
    public void listen(boolean sleeping) throws IOException {
        Files.deleteIfExists(file);
        if (kind == Kind.TCP) {
            server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Files.writeString(file, "" + server.socket().getLocalPort());
        } else {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(file));
        }
    }

    @Override
    public Transport meet(boolean sleeping) throws IOException {
        SocketChannel channel = receiver ? server.accept() : SocketChannel.open(address());
        if (kind == Kind.TCP) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        return new SocketTransport(channel, kind == Kind.UNIX_SOCKET_BUFFERED);
    }

    private SocketAddress address() throws IOException {
        return kind == Kind.TCP
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(Files.readString(file)))
                : UnixDomainSocketAddress.of(file);
    }

    @Override
    public void close() throws IOException {
        if (receiver) {
            server.close();
        }
    }
}
