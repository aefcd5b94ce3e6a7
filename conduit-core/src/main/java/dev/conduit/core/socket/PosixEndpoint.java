package dev.conduit.core.socket;

import dev.conduit.core.posix.PosixConstants;
import dev.conduit.xenstore.server.socket.Endpoint;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** A socket and what is looked for on it. Closing waits for a call under way, which never blocks. */
class PosixEndpoint implements Endpoint {

    final PosixSockets sockets;
    private final int descriptor;
    private volatile int interest;
    private volatile Object attachment;
    private boolean closed;

    PosixEndpoint(PosixSockets sockets, int descriptor) {
        this.sockets = sockets;
        this.descriptor = descriptor;
    }

    final int descriptor() {
        return descriptor;
    }

    final boolean wants(int event) {
        return (interest & event) != 0;
    }

    /** To be called in a synchronized method, before the descriptor is used. */
    final void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public final synchronized void interest(boolean input, boolean output) throws IOException {
        requireOpen();
        int wanted = (input ? PosixConstants.EPOLLIN : 0) | (output ? PosixConstants.EPOLLOUT : 0);
        if (wanted != interest) {
            sockets.look(this, interest, wanted);
            interest = wanted;
        }
    }

    @Override
    public final void attach(Object thing) {
        attachment = thing;
    }

    @Override
    public final Object attachment() {
        return attachment;
    }

    /** Another process may have the socket, too: then closing alone would not end the events of it here. */
    @Override
    public final synchronized void close() throws IOException {
        if (!closed) {
            try {
                interest(false, false);
            } finally {
                closed = true;
                sockets.posix().close(descriptor);
            }
        }
    }
}
