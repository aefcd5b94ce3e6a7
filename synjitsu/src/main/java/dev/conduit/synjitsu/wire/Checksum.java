package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;

/** The Internet checksum (RFC 1071): the complement of the one's complement sum of 16-bit words. */
final class Checksum {

    private Checksum() {}

    /** Adds bytes to a sum that is not folded yet; an odd last byte counts as if a zero followed. */
    static long add(long sum, ByteBuffer bytes, int from, int length) {
        int at = from;
        int end = from + length;
        for (; at + 4 <= end; at += 4) {
            sum += bytes.getInt(at) & 0xffffffffL;
        }
        if (at + 2 <= end) {
            sum += bytes.getShort(at) & 0xffff;
            at += 2;
        }
        return at < end ? sum + ((bytes.get(at) & 0xff) << 8) : sum;
    }

    /** What TCP and ICMPv6 add for the addresses, the protocol and the length (RFC 9293, 3.1; RFC 8200, 8.1). */
    static long pseudoHeader(IpAddress source, IpAddress destination, int protocol, int length) {
        return words(source) + words(destination) + protocol + length;
    }

    /** The value for the checksum's field; of bytes that hold a right checksum, 0. */
    static short finish(long sum) {
        long folded = (sum & 0xffffffffL) + (sum >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (short) ~folded;
    }

    private static long words(IpAddress address) {
        if (address.isIpv4()) {
            return address.low() & 0xffffffffL;
        }
        return (address.high() >>> 32) + (address.high() & 0xffffffffL)
                + (address.low() >>> 32) + (address.low() & 0xffffffffL);
    }
}
