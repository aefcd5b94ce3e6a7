package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An Ethernet address.
 *
 * @param bits the six bytes, the first one highest; 0 to 2^48-1
 */
public record MacAddress(long bits) {

    /** Everybody on the link. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    static final int LENGTH = 6;
    private static final long GROUP = 1L << 40;
    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

    /**
     * From its number.
     *
     * @param bits the six bytes, the first one highest
     * @throws IllegalArgumentException when it does not fit in 48 bits
     */
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("MAC address 0x" + Long.toHexString(bits) + ": more than 48 bits");
        }
    }

    /**
     * From text.
     *
     * @param text like {@code 02:00:00:00:00:2a}
     * @return the address
     * @throws IllegalArgumentException when it is not six bytes in hexadecimal with colons between
     */
    public static MacAddress parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            throw new IllegalArgumentException("MAC address \"" + text + "\": six bytes like 02:00:00:00:00:2a are expected");
        }
        return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
    }

    static MacAddress read(ByteBuffer from, int at) {
        return new MacAddress((from.getShort(at) & 0xffffL) << 32 | from.getInt(at + 2) & 0xffffffffL);
    }

    /** The group address that an IPv6 group is sent to (RFC 2464, 7). */
    static MacAddress ofGroup(IpAddress group) {
        return new MacAddress(0x3333_0000_0000L | group.low() & 0xffffffffL);
    }

    void write(ByteBuffer to) {
        to.putShort((short) (bits >>> 32)).putInt((int) bits);
    }

    /**
     * Whether this can be a single station's address: no group and not all zero.
     *
     * @return whether frames come from such an address
     */
    public boolean isUnicast() {
        return (bits & GROUP) == 0 && bits != 0;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format(Locale.ROOT, shift == 0 ? "%02x" : "%02x:", bits >>> shift & 0xff));
        }
        return text.toString();
    }
}
