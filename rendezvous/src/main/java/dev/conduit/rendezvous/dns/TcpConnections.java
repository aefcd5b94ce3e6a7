package dev.conduit.rendezvous.dns;

import java.util.LinkedHashSet;
import java.util.Set;

/** The TCP connections of a server; belongs to one thread. When they are too many, the one idle for longest goes. */
final class TcpConnections {

    private final int most;
    /** In the order of their last query or reply. */
    private final Set<TcpHandler> open = new LinkedHashSet<>();

    TcpConnections(int most) {
        this.most = most;
    }

    /** Adds a connection; false when there is no room, because none is idle. */
    boolean add(TcpHandler connection) {
        if (open.size() >= most) {
            TcpHandler idle = open.stream().filter(TcpHandler::idle).findFirst().orElse(null);
            if (idle == null) {
                return false;
            }
            idle.close();
            open.remove(idle);
        }
        open.add(connection);
        return true;
    }

    void active(TcpHandler connection) {
        if (open.remove(connection)) {
            open.add(connection);
        }
    }

    void remove(TcpHandler connection) {
        open.remove(connection);
    }
}
