package dev.conduit.core.net;

import java.nio.ByteBuffer;
import java.util.Random;

/** A frame of TCP larger than any MTU, with right checksums, as a kernel of the same machine sends it. */
final class LargeFrame {

    private static final int PORT = 4711;
    private static final int ETHERNET = 14;

    private LargeFrame() {
    }

    static ByteBuffer make(boolean six, int data) {
        int ip = six ? 40 : 20;
        int segment = 20 + data;
        ByteBuffer bytes = ByteBuffer.allocateDirect(ETHERNET + ip + segment);
        bytes.put(new byte[] {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1}).putShort((short) (six ? 0x86dd : 0x0800));
        if (six) {
            bytes.putInt(0x6000_0000).putShort((short) segment).put((byte) 6).put((byte) 64);
            bytes.putLong(0xfd00L << 48).putLong(1).putLong(0xfd00L << 48).putLong(2);
        } else {
            bytes.putShort((short) 0x4500).putShort((short) (20 + segment)).putInt(0).put((byte) 64).put((byte) 6)
                    .putShort((short) 0).putInt(0x0a63_0002).putInt(0x0a63_0001);
            bytes.putShort(ETHERNET + 10, (short) ~Datagram.sum(bytes, ETHERNET, ETHERNET + 20, 0));
        }
        byte[] payload = new byte[data];
        new Random(data).nextBytes(payload);
        bytes.putShort((short) PORT).putShort((short) 80).putInt(1).putInt(2).putShort((short) 0x5010)
                .putShort((short) 1000).putInt(0).put(payload).flip();
        int addresses = six ? ETHERNET + 8 : ETHERNET + 12;
        bytes.putShort(ETHERNET + ip + 16, (short) ~Datagram.sum(bytes, addresses, bytes.limit(), 6 + segment));
        return bytes;
    }

    static boolean isOurs(ByteBuffer frame, boolean six) {
        int tcp = ETHERNET + (six ? 40 : 20);
        return frame.limit() > tcp + 20 && frame.getShort(12) == (short) (six ? 0x86dd : 0x0800)
                && frame.getShort(tcp) == PORT;
    }
}
