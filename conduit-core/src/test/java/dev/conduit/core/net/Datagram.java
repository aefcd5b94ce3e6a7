package dev.conduit.core.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Random;

/** IPv4 packets with UDP, with or without an Ethernet header, as plainly as possible. */
final class Datagram {

    static final int ICMP = 1;
    static final int UDP = 17;
    private static final int IP = 20;

    private Datagram() {
    }

    /** Without an Ethernet header when there is no receiver's MAC. */
    static ByteBuffer make(byte[] toMac, byte[] fromMac, String from, String to, int port, String text)
            throws UnknownHostException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(200);
        if (toMac != null) {
            bytes.put(toMac).put(fromMac).putShort((short) 0x0800);
        }
        int header = bytes.position();
        int length = IP + 8 + text.length();
        bytes.putShort((short) 0x4500).putShort((short) length).putInt(0).put((byte) 64).put((byte) UDP)
                .putShort((short) 0).put(InetAddress.getByName(from).getAddress())
                .put(InetAddress.getByName(to).getAddress());
        bytes.putShort((short) (1024 + new Random(port).nextInt(1000))).putShort((short) port)
                .putShort((short) (8 + text.length())).putShort((short) 0).put(text.getBytes(US_ASCII));
        bytes.flip();
        bytes.putShort(header + 10, (short) ~sum(bytes, header, header + IP, 0));
        bytes.putShort(header + IP + 6, (short) ~sum(bytes, header + 12, header + length, UDP + 8 + text.length()));
        return bytes;
    }

    static boolean is(ByteBuffer bytes, int header, int protocol) {
        return bytes.limit() > header + IP && bytes.get(header) == 0x45 && bytes.get(header + 9) == protocol
                && (header == 0 || bytes.getShort(12) == 0x0800);
    }

    static boolean checksumHolds(ByteBuffer bytes, int header) {
        int length = bytes.getShort(header + IP + 4);
        return sum(bytes, header + 12, header + IP + length, UDP + length) == 0xffff;
    }

    static String text(ByteBuffer bytes, int header) {
        byte[] text = new byte[bytes.getShort(header + IP + 4) - 8];
        bytes.get(header + IP + 8, text);
        return new String(text, US_ASCII);
    }

    /** Ones' complement, byte by byte. */
    static int sum(ByteBuffer bytes, int from, int to, int start) {
        int sum = start;
        for (int i = from; i < to; i++) {
            sum += (bytes.get(i) & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }
}
