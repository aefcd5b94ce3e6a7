package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.AF_PACKET;
import static dev.conduit.core.net.NetConstants.ETH_P_ALL;
import static dev.conduit.core.net.NetConstants.PACKET_ADD_MEMBERSHIP;
import static dev.conduit.core.net.NetConstants.PACKET_IGNORE_OUTGOING;
import static dev.conduit.core.net.NetConstants.PACKET_MR_PROMISC;
import static dev.conduit.core.net.NetConstants.PACKET_VNET_HDR;
import static dev.conduit.core.net.NetConstants.SOCK_RAW;
import static dev.conduit.core.net.NetConstants.SOL_PACKET;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.NativeBlock;
import dev.conduit.core.posix.Posix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Opens a packet socket: packet(7). It is bound last, so that it never has frames of other interfaces. */
final class PacketSocket {

    private static final String RIGHT = "CAP_NET_RAW";
    private static final int REQUEST = 64;
    private static final int ONE = 128;

    private PacketSocket() {
    }

    static FrameLink open(Posix posix, String name) throws PlatformException {
        String what = "interface " + name;
        try (Interface device = new Interface(posix, name)) {
            int index = device.index();
            int fd = posix.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            if (fd < 0) {
                throw Refused.exception("packet socket on " + what, RIGHT, fd);
            }
            boolean done = false;
            try {
                int result = join(posix, fd, index);
                if (result < 0) {
                    throw Refused.exception("packet socket on " + what, RIGHT, result);
                }
                FrameLink link = new DeviceLink(posix, what, device, fd, NetLayout.VNET_SIZE);
                done = true;
                return link;
            } finally {
                if (!done) {
                    posix.close(fd);
                }
            }
        }
    }

    private static int join(Posix posix, int fd, int index) throws PlatformException {
        NativeBlock block = new NativeBlock(posix, ONE + Integer.BYTES);
        ByteBuffer buffer = block.buffer();
        buffer.putInt(ONE, 1);
        buffer.putInt(REQUEST + NetLayout.PACKET_MREQ_IFINDEX, index)
                .putShort(REQUEST + NetLayout.PACKET_MREQ_TYPE, (short) PACKET_MR_PROMISC);
        buffer.putShort(NetLayout.SOCKADDR_FAMILY, (short) AF_PACKET).putInt(NetLayout.SOCKADDR_LL_IFINDEX, index)
                .order(ByteOrder.BIG_ENDIAN).putShort(NetLayout.SOCKADDR_LL_PROTOCOL, (short) ETH_P_ALL);
        int result = option(posix, fd, PACKET_VNET_HDR, block.address(ONE), Integer.BYTES);
        result = result < 0 ? result : option(posix, fd, PACKET_IGNORE_OUTGOING, block.address(ONE), Integer.BYTES);
        result = result < 0 ? result : option(posix, fd, PACKET_ADD_MEMBERSHIP, block.address(REQUEST),
                NetLayout.PACKET_MREQ_SIZE);
        return result < 0 ? result : posix.bind(fd, block.address(0), NetLayout.SOCKADDR_LL_SIZE);
    }

    private static int option(Posix posix, int fd, int name, long address, int length) {
        return posix.setSocketOption(fd, SOL_PACKET, name, address, length);
    }
}
