package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.IpAddress;
import java.util.BitSet;
import java.util.Set;

/** An address that the front answers for. */
final class ArmedAddress {

    final IpAddress address;
    private final BitSet ports = new BitSet();
    boolean frozen;

    ArmedAddress(IpAddress address) {
        this.address = address;
    }

    void declare(Set<Integer> declared) {
        ports.clear();
        declared.forEach(ports::set);
    }

    boolean declares(int port) {
        return ports.get(port);
    }
}
