package dev.conduit.core.socket;

import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.xenstore.server.socket.Acceptor;
import dev.conduit.xenstore.server.socket.Stream;
import java.io.IOException;

/** A listening socket by its descriptor. */
final class PosixAcceptor extends PosixEndpoint implements Acceptor {

    PosixAcceptor(PosixSockets sockets, int descriptor) {
        super(sockets, descriptor);
    }

    @Override
    public synchronized Stream accept() throws IOException {
        requireOpen();
        int accepted = sockets.posix().accept(descriptor(),
                PosixConstants.SOCK_NONBLOCK | PosixConstants.SOCK_CLOEXEC);
        if (accepted == -Errno.EAGAIN || accepted == -Errno.EINTR || accepted == -Errno.ECONNABORTED) {
            return null;
        }
        return new PosixStream(sockets, PosixSockets.require(accepted, "connection"));
    }
}
