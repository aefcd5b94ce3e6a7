package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Connects to Unix-domain sockets within a time limit. */
final class UnixSockets {

    private UnixSockets() {}

    /** A connect that does not block fails at a full backlog, with an error Java has no name for: so it blocks. */
    static SocketChannel connect(Path path, Deadline limit) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (Guard guard = new Guard(channel, limit)) {
            try {
                channel.connect(UnixDomainSocketAddress.of(path));
            } catch (ClosedByInterruptException interrupt) {
                throw interrupt;
            } catch (AsynchronousCloseException late) {
                throw full(late);
            }
            if (!guard.keep()) {
                throw full(null);
            }
            return channel;
        }
    }

    private static IOException full(Exception cause) {
        return new IOException("its backlog is full", cause);
    }
}
