package dev.conduit.core.socket;

import dev.conduit.core.posix.Errno;
import dev.conduit.xenstore.server.socket.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection by its descriptor; read and written by the thread that selects. */
final class PosixStream extends PosixEndpoint implements Stream {

    PosixStream(PosixSockets sockets, int descriptor) {
        super(sockets, descriptor);
    }

    @Override
    public synchronized int read(ByteBuffer into) throws IOException {
        requireOpen();
        ByteBuffer window = sockets.window().buffer().clear();
        int length = Math.min(into.remaining(), window.capacity());
        long count = sockets.posix().read(descriptor(), sockets.window().address(0), length);
        if (count == 0 && length > 0) {
            return -1;
        }
        int got = moved(count);
        into.put(window.limit(got));
        return got;
    }

    @Override
    public synchronized int write(ByteBuffer from) throws IOException {
        requireOpen();
        ByteBuffer window = sockets.window().buffer().clear();
        int length = Math.min(from.remaining(), window.capacity());
        window.put(0, from, from.position(), length);
        int taken = moved(sockets.posix().write(descriptor(), sockets.window().address(0), length));
        from.position(from.position() + taken);
        return taken;
    }

    /** How many bytes a call moved; none when it would have to wait. */
    private static int moved(long result) throws IOException {
        if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
            return 0;
        }
        if (result < 0) {
            throw new IOException("connection broken: " + Errno.name((int) -result));
        }
        return (int) result;
    }
}
