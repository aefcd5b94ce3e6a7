package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;

/** What tells connections apart. Ordered for the same reason as addresses are. */
record ConnectionKey(IpAddress local, IpAddress remote, int localPort, int remotePort) implements Comparable<ConnectionKey> {

    static ConnectionKey of(Segment received) {
        return of(received, received.destination());
    }

    /** With this object for the local address, which saves its memory in each connection. */
    static ConnectionKey of(Segment received, IpAddress local) {
        return new ConnectionKey(local, received.source(), received.destinationPort(), received.sourcePort());
    }

    @Override
    public int compareTo(ConnectionKey other) {
        int order = remote.compareTo(other.remote);
        if (order == 0) {
            order = Integer.compare(remotePort << 16 | localPort, other.remotePort << 16 | other.localPort);
        }
        return order != 0 ? order : local.compareTo(other.local);
    }
}
