package dev.conduit.rendezvous.resolver;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Connects to Unix-domain sockets within a time limit. */
final class UnixSockets {

    private static final long PAUSE_MILLIS = 10;

    private UnixSockets() {}

    /**
     * A full backlog makes a blocking connect wait without end and another one fail with EAGAIN, which Java shows as
     * not connected yet; nothing ever completes it, so it is made anew (unix(7)).
     */
    static SocketChannel connect(Path path, TimeLimit limit) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            boolean connected = false;
            try {
                channel.configureBlocking(false);
                connected = channel.connect(address);
                if (connected) {
                    channel.configureBlocking(true);
                    return channel;
                }
            } finally {
                if (!connected) {
                    channel.close();
                }
            }
            if (limit.passed()) {
                throw new IOException("its backlog is full");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException interrupt) {
                throw Failures.interrupted("connect to " + path);
            }
        }
    }
}
