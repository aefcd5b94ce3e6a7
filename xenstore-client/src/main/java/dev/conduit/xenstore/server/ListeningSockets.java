package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.Acceptor;
import dev.conduit.xenstore.server.socket.MovableSockets;
import dev.conduit.xenstore.server.socket.Sockets;
import dev.conduit.xenstore.server.state.ServerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets others connect to, by file, and whose rights a connection through each has. Thread-safe; whoever holds
 * the monitor of this, which is taken before the store lock, keeps them as they are.
 */
final class ListeningSockets {

    private static final Logger LOG = LoggerFactory.getLogger(ListeningSockets.class);

    private final Sockets sockets;
    private final SocketLoop loop;
    private final Map<Path, ListeningSocket> byFile = new LinkedHashMap<>();
    private boolean closed;

    ListeningSockets(Sockets sockets, SocketLoop loop) {
        this.sockets = sockets;
        this.loop = loop;
    }

    /** Makes one, unless it is there for that domain already. */
    synchronized void bind(Path socket, int domain) throws IOException {
        Path file = key(socket);
        if (closed) {
            throw new IOException("cannot listen on " + file + ": the XenStore server was closed");
        }
        ListeningSocket known = byFile.get(file);
        if (known != null && domain(known) == domain) {
            return;
        }
        ListeningSocket listening = ListeningSocket.bind(sockets, file);
        try {
            loop.add(listening.acceptor(), domain);
        } catch (IOException e) {
            close(listening);
            throw e;
        }
        byFile.put(file, listening);
    }

    private static Path key(Path socket) {
        return socket.toAbsolutePath().normalize();
    }

    private static int domain(ListeningSocket listening) {
        return ((Entrance) listening.acceptor().attachment()).domain();
    }

    synchronized void remove(Path socket) {
        ListeningSocket listening = byFile.remove(key(socket));
        if (listening != null) {
            close(listening);
        }
    }

    private static void close(ListeningSocket listening) {
        try {
            listening.close();
        } catch (IOException e) {
            LOG.warn("cannot remove a XenStore socket: {}", e.getMessage());
        }
    }

    /** Takes those of another process, whose descriptors come in the same order. */
    synchronized void adopt(List<ServerState.Listener> listeners, Iterator<Integer> descriptors,
            MovableSockets movable) throws IOException {
        for (ServerState.Listener listener : listeners) {
            Acceptor acceptor = movable.acceptor(descriptors.next());
            loop.add(acceptor, listener.domain());
            Path file = Path.of(listener.file());
            byFile.put(file, ListeningSocket.adopt(file, acceptor));
        }
    }

    /** For another process, in the order of {@link #acceptors}. */
    synchronized List<ServerState.Listener> state() {
        return byFile.entrySet().stream().map(entry ->
                new ServerState.Listener(entry.getKey().toString(), domain(entry.getValue()))).toList();
    }

    synchronized List<Acceptor> acceptors() {
        return byFile.values().stream().map(ListeningSocket::acceptor).toList();
    }

    /** Closes them; their files belong to another process now. */
    synchronized void giveAway() {
        closed = true;
        for (Acceptor acceptor : acceptors()) {
            try {
                acceptor.close();
            } catch (IOException e) {
                LOG.debug("closing a socket: {}", e.getMessage());
            }
        }
        byFile.clear();
    }

    /** Closes them and removes their files; there will be no more. */
    synchronized void close() {
        closed = true;
        byFile.values().forEach(ListeningSockets::close);
        byFile.clear();
    }
}
