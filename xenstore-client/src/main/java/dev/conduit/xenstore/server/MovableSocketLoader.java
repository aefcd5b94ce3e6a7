package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.MovableSocketProvider;
import dev.conduit.xenstore.server.socket.MovableSockets;
import java.io.IOException;
import java.util.ServiceLoader;

/** Finds sockets that can go to another process. */
final class MovableSocketLoader {

    private MovableSocketLoader() {
    }

    static MovableSockets open() throws IOException {
        MovableSocketProvider provider = ServiceLoader.load(MovableSocketProvider.class).findFirst()
                .orElseThrow(() -> new IOException("a live hand-over needs sockets by descriptors, which Java's own"
                        + " channels are not: put conduit-core on the module or class path"));
        return provider.open();
    }
}
