package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IPPROTO_TCP;
import static dev.conduit.core.net.NetConstants.SO_RCVBUFFORCE;
import static dev.conduit.core.net.NetConstants.TCPOPT_MAXSEG;
import static dev.conduit.core.net.NetConstants.TCPOPT_SACK_PERMITTED;
import static dev.conduit.core.net.NetConstants.TCPOPT_TIMESTAMP;
import static dev.conduit.core.net.NetConstants.TCPOPT_WINDOW;
import static dev.conduit.core.net.NetConstants.TCP_REPAIR_OPTIONS;
import static dev.conduit.core.net.NetConstants.TCP_REPAIR_WINDOW;
import static dev.conduit.core.net.NetConstants.TCP_TIMESTAMP;
import static dev.conduit.core.posix.PosixConstants.SOL_SOCKET;

import dev.conduit.core.posix.Errno;
import java.nio.ByteBuffer;

/** The single steps of making a connection in a socket in repair mode; each gives 0 or minus errno. */
final class TcpRepair {

    /** Bytes the arguments need. */
    static final int ROOM = 16 << 10;

    private final SocketOptions socket;
    private final TcpImage image;

    TcpRepair(SocketOptions socket, TcpImage image) {
        this.socket = socket;
        this.image = image;
    }

    /**
     * Shifts of zero stand for windows that are not scaled: without the option the kernel keeps the shift it would have
     * offered itself, and announces windows of a few bytes.
     */
    int options() {
        ByteBuffer buffer = socket.buffer();
        int at = option(buffer, 0, TCPOPT_MAXSEG, image.maxSegment());
        at = option(buffer, at, TCPOPT_WINDOW,
                Math.max(0, image.sendScale()) | Math.max(0, image.receiveScale()) << Short.SIZE);
        if (image.sack()) {
            at = option(buffer, at, TCPOPT_SACK_PERMITTED, 0);
        }
        if (image.timestamps()) {
            at = option(buffer, at, TCPOPT_TIMESTAMP, 0);
        }
        return socket.setStruct(IPPROTO_TCP, TCP_REPAIR_OPTIONS, at);
    }

    private static int option(ByteBuffer buffer, int at, int code, int value) {
        buffer.putInt(at + NetLayout.REPAIR_OPT_CODE, code).putInt(at + NetLayout.REPAIR_OPT_VAL, value);
        return at + NetLayout.REPAIR_OPT_SIZE;
    }

    /** Even, rounded up: from Linux 6.7 on the lowest bit set means a clock of microseconds. */
    int timestamp() {
        return socket.set(IPPROTO_TCP, TCP_TIMESTAMP, image.timestamp() + (image.timestamp() & 1));
    }

    /**
     * Puts the data in the receive queue, which must be the chosen one. Only when it does not fit is the size of the
     * queue set: the kernel no longer tunes a size that was set.
     */
    int data() {
        byte[] data = image.data();
        boolean enlarged = false;
        int at = 0;
        while (at < data.length) {
            long taken = socket.write(data, at, Math.min(ROOM, data.length - at));
            if (taken >= 0) {
                at += (int) taken;
            } else if (taken == -Errno.ENOMEM && !enlarged) {
                enlarged = true;
                socket.set(SOL_SOCKET, SO_RCVBUFFORCE, 2 * data.length + ROOM);
            } else if (taken != -Errno.EINTR) {
                return (int) taken;
            }
        }
        return 0;
    }

    int window() {
        socket.buffer()
                .putInt(NetLayout.REPAIR_WINDOW_SND_WL1, image.sendWindowUpdate())
                .putInt(NetLayout.REPAIR_WINDOW_SND_WND, image.sendWindow())
                .putInt(NetLayout.REPAIR_WINDOW_MAX_WINDOW, image.greatestSendWindow())
                .putInt(NetLayout.REPAIR_WINDOW_RCV_WND, image.receiveWindow())
                .putInt(NetLayout.REPAIR_WINDOW_RCV_WUP, image.receiveNext());
        return socket.setStruct(IPPROTO_TCP, TCP_REPAIR_WINDOW, NetLayout.REPAIR_WINDOW_SIZE);
    }
}
