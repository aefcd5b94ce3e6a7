package dev.conduit.synjitsu.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address in 32 bytes of memory. An IPv4 address stands as the IPv6 address that maps it (RFC 4291,
 * 2.5.5.2), which nobody may send from or to on a link. Ordered, so that hash tables stay quick when somebody chooses
 * addresses for their hash.
 *
 * @param high the first eight bytes
 * @param low the last eight
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {

    static final IpAddress ALL_NODES = new IpAddress(0xff02_0000_0000_0000L, 1);

    private static final long MAPPED = 0xffff;
    private static final IpAddress UNSPECIFIED = new IpAddress(0, 0);
    static final IpAddress UNSPECIFIED_IPV4 = ofIpv4(0);
    private static final long SOLICITED_NODE_HIGH = 0xff02_0000_0000_0000L;
    private static final long SOLICITED_NODE_LOW = 0x0000_0001_ff00_0000L;

    /**
     * From Java's.
     *
     * @param address the address; a scope is not kept
     * @return the same address
     */
    public static IpAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? ofIpv4(bytes.getInt()) : new IpAddress(bytes.getLong(), bytes.getLong());
    }

    static IpAddress ofIpv4(int bits) {
        return new IpAddress(0, MAPPED << 32 | bits & 0xffffffffL);
    }

    static IpAddress readIpv4(ByteBuffer from, int at) {
        return ofIpv4(from.getInt(at));
    }

    static IpAddress readIpv6(ByteBuffer from, int at) {
        return new IpAddress(from.getLong(at), from.getLong(at + 8));
    }

    /** Four bytes or sixteen, by family. */
    void write(ByteBuffer to) {
        if (isIpv4()) {
            to.putInt((int) low);
        } else {
            to.putLong(high).putLong(low);
        }
    }

    /**
     * Whether it is an IPv4 address.
     *
     * @return false for IPv6
     */
    public boolean isIpv4() {
        return high == 0 && low >>> 32 == MAPPED;
    }

    /**
     * Whether it is the address of no host, which those without one send from.
     *
     * @return whether it is {@code 0.0.0.0} or {@code ::}
     */
    public boolean isUnspecified() {
        return equals(UNSPECIFIED) || equals(UNSPECIFIED_IPV4);
    }

    /**
     * Whether a single host may have it: neither unspecified nor loopback, a group, IPv4's reserved block or broadcast.
     *
     * @return whether packets from it may be answered
     */
    public boolean isUnicast() {
        if (isUnspecified()) {
            return false;
        }
        if (isIpv4()) {
            int first = (int) low >>> 24;
            return first != 0 && first != 127 && first < 224;
        }
        return high >>> 56 != 0xff && !(high == 0 && low == 1);
    }

    /**
     * What a station's IPv6 address on its own link is (RFC 4291, 2.5.6 and appendix A).
     *
     * @param mac the station's
     * @return fe80::/64 with the MAC in it
     */
    public static IpAddress linkLocal(MacAddress mac) {
        long id = (mac.bits() >>> 24) << 40 | 0xff_fe00_0000L | mac.bits() & 0xff_ffff;
        return new IpAddress(0xfe80_0000_0000_0000L, id ^ 0x0200_0000_0000_0000L);
    }

    /** The group that is asked for this IPv6 address's neighbour (RFC 4291, 2.7.1). */
    IpAddress solicitedNode() {
        return new IpAddress(SOLICITED_NODE_HIGH, SOLICITED_NODE_LOW | low & 0xffffff);
    }

    /**
     * The block that one customer commonly has: the address itself in IPv4, the /64 in IPv6.
     *
     * @return what limits for a source are counted by
     */
    public IpAddress source() {
        return isIpv4() ? this : new IpAddress(high, 0);
    }

    /**
     * As Java's.
     *
     * @return an {@code Inet4Address} or {@code Inet6Address} without a scope
     */
    public InetAddress toInetAddress() {
        ByteBuffer bytes = ByteBuffer.allocate(isIpv4() ? 4 : 16);
        write(bytes);
        try {
            return isIpv4() ? InetAddress.getByAddress(bytes.array()) : Inet6Address.getByAddress(null, bytes.array(), -1);
        } catch (UnknownHostException lengthIsRight) {
            throw new IllegalStateException(lengthIsRight);
        }
    }

    @Override
    public int compareTo(IpAddress other) {
        int byHigh = Long.compare(high, other.high);
        return byHigh != 0 ? byHigh : Long.compare(low, other.low);
    }

    @Override
    public String toString() {
        return toInetAddress().getHostAddress();
    }
}
