package dev.conduit.synjitsu.wire;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Frames that a Linux 6 kernel sent through a TAP device (02:00:00:00:00:01, 10.9.0.1, fd09::1). */
public final class Frames {

    public static final String ARP_REQUEST =
            "ffffffffffff020000000001080600010800060400010200000000010a0900010000000000000a09000a";
    public static final String SOLICITATION = "3333ff00001002000000000186dd6000000000203afffd09000000000000000000000000"
            + "0001ff0200000000000000000001ff00001087007d6900000000fd0900000000000000000000000000100101020000000001";
    public static final String DUPLICATE_ADDRESS_DETECTION = "3333ff00000202000000000186dd6000000000203aff0000000000000000"
            + "0000000000000000ff0200000000000000000001ff00000287000ec700000000fd0900000000000000000000000000020e01529a"
            + "713d9cf2";
    public static final String SYN = "02000000001102000000000108004500003c2bb940004006fae50a0900010a09000bed220050adc3"
            + "e5d200000000a002faf0544a0000020405b40402080a0d9b5600000000000103030a";
    public static final String SYN_IPV6 = "02000000001102000000000186dd600d6f7900280640fd0900000000000000000000000000"
            + "01fd0900000000000000000000000000118a660050d1043a7c00000000a002fd20752c0000020405a00402080a3b8909de000000"
            + "000103030a";
    public static final String ECHO = "0200000000110200000000010800450000219990400040018d2e0a0900010a09000b08005b7658b6"
            + "000168656c6c6f";
    public static final String ECHO_IPV6 = "02000000001102000000000186dd60082e9a000d3a40fd09000000000000000000000000"
            + "0001fd0900000000000000000000000000118000e90758b7000168656c6c6f";
    /** With a hop-by-hop header that holds a router alert. */
    public static final String MULTICAST_LISTENER_REPORT = "33330000001602000000000186dd600000000024000100000000000000000"
            + "000000000000000ff0200000000000000000000000000163a000502000001008f006f890000000104000000ff02000000000000"
            + "00000001ff000001";

    private Frames() {}

    public static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    public static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    /** The IP packet of a frame. */
    static ByteBuffer packet(String frame) {
        return bytes(frame.substring(2 * Ethernet.HEADER));
    }
}
