package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.TcpOptions;

/** What is made of the options in a SYN. */
final class TcpOptionRules {

    /** Clients that ask for less get this: tiny segments are an attack on the sender's memory. */
    static final int LEAST_MAX_SEGMENT = 88;

    private static final int DEFAULT_IPV4 = 536;
    private static final int DEFAULT_IPV6 = 1220;
    private static final int MOST_SCALE = 14;
    private static final int HEADERS_IPV4 = 40;
    private static final int HEADERS_IPV6 = 60;

    private TcpOptionRules() {}

    /** The client's MSS (RFC 9293, 3.7.1). */
    static int maxSegment(TcpOptions syn, IpAddress address) {
        int said = syn.maxSegment() >= 0 ? syn.maxSegment() : address.isIpv4() ? DEFAULT_IPV4 : DEFAULT_IPV6;
        return Math.max(said, LEAST_MAX_SEGMENT);
    }

    /** The client's window shift, or -1 (RFC 7323, 2.3: what is above 14 is 14). */
    static int scale(TcpOptions syn) {
        return Math.min(syn.windowScale(), MOST_SCALE);
    }

    static int ownMaxSegment(int mtu, IpAddress address) {
        return mtu - (address.isIpv4() ? HEADERS_IPV4 : HEADERS_IPV6);
    }
}
