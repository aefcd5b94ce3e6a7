package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.wire.IpAddress;
import java.nio.ByteBuffer;

/**
 * What tells replayed connections apart: two addresses and two ports. The one of {@link RawSegment} is filled in for each
 * frame, as source and destination; those that are keys never change. Ordered, so that tables stay quick when somebody
 * chooses addresses for their hash.
 */
final class Flow implements Comparable<Flow> {

    private static final long MAPPED = 0xffff_0000_0000L;

    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int ports;

    Flow() {}

    static Flow of(IpAddress source, int sourcePort, IpAddress destination, int destinationPort) {
        Flow flow = new Flow();
        flow.sourceHigh = source.high();
        flow.sourceLow = source.low();
        flow.destinationHigh = destination.high();
        flow.destinationLow = destination.low();
        flow.ports = sourcePort << 16 | destinationPort;
        return flow;
    }

    void read(ByteBuffer bytes, int ip, int tcp) {
        if ((bytes.get(ip) >> 4 & 0xf) == 4) {
            sourceHigh = 0;
            sourceLow = MAPPED | bytes.getInt(ip + 12) & 0xffff_ffffL;
            destinationHigh = 0;
            destinationLow = MAPPED | bytes.getInt(ip + 16) & 0xffff_ffffL;
        } else {
            sourceHigh = bytes.getLong(ip + 8);
            sourceLow = bytes.getLong(ip + 16);
            destinationHigh = bytes.getLong(ip + 24);
            destinationLow = bytes.getLong(ip + 32);
        }
        ports = bytes.getInt(tcp);
    }

    @Override
    public int compareTo(Flow other) {
        int order = Long.compare(sourceLow, other.sourceLow);
        order = order != 0 ? order : Long.compare(destinationLow, other.destinationLow);
        order = order != 0 ? order : Long.compare(sourceHigh, other.sourceHigh);
        order = order != 0 ? order : Long.compare(destinationHigh, other.destinationHigh);
        return order != 0 ? order : Integer.compare(ports, other.ports);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Flow other && compareTo(other) == 0;
    }

    @Override
    public int hashCode() {
        long mixed = (sourceLow * 31 + destinationLow) * 31 + sourceHigh * 7 + destinationHigh + ports * 0x9E37_79B9L;
        return (int) (mixed ^ mixed >>> 32);
    }
}
