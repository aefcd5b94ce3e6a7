package dev.conduit.core.socket;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.xenstore.server.socket.MovableSocketProvider;
import dev.conduit.xenstore.server.socket.MovableSockets;
import java.io.IOException;

/** Sockets by the system calls this JVM has chosen. */
public final class PosixSocketProvider implements MovableSocketProvider {

    /** Makes a provider; native code is touched by {@link #open} only. */
    public PosixSocketProvider() {
    }

    @Override
    public MovableSockets open() throws IOException {
        String missing = PosixLoader.unavailable();
        if (missing != null) {
            throw new PlatformException(missing);
        }
        return new PosixSockets(PosixLoader.posix());
    }
}
