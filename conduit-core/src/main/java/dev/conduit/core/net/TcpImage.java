package dev.conduit.core.net;

import java.net.InetSocketAddress;

/**
 * An open TCP connection in numbers (RFC 9293, 3.3.1), of which {@link RepairedSocket} makes a socket. Nothing that was
 * sent is unacknowledged. Sequence numbers are unsigned 32 bits in an {@code int}; windows are in bytes, scaled already.
 *
 * @param local our address and port; this machine has the address, and a route to the peer
 * @param remote the peer's; of the same family
 * @param sendNext SND.NXT
 * @param receiveNext RCV.NXT, behind the data
 * @param sendWindow SND.WND
 * @param sendWindowUpdate SND.WL1
 * @param greatestSendWindow the greatest SND.WND there was
 * @param receiveWindow RCV.WND as it was last offered
 * @param sendScale the peer's window shift (RFC 7323), 0 to 14; -1 when windows are not scaled
 * @param receiveScale ours; -1 with {@code sendScale}
 * @param maxSegment the peer's MSS option, which does not count our options (RFC 6691), 1 to 65535
 * @param sack whether selective acknowledgements were agreed on
 * @param timestamps whether timestamps were agreed on
 * @param timestamp where our timestamp clock goes on, in milliseconds
 * @param data received, acknowledged, and not read yet; not copied
 */
public record TcpImage(
        InetSocketAddress local, InetSocketAddress remote, int sendNext, int receiveNext,
        int sendWindow, int sendWindowUpdate, int greatestSendWindow, int receiveWindow,
        int sendScale, int receiveScale, int maxSegment, boolean sack, boolean timestamps, int timestamp,
        byte[] data) {

    private static final int SCALE_MAX = 14;
    private static final int SEGMENT_MIN = 1;
    private static final int SEGMENT_MAX = 0xffff;

    /** Refuses what no connection can have, with a message that names it. */
    void check() {
        if (local.isUnresolved() || remote.isUnresolved()
                || SocketAddresses.family(local.getAddress()) != SocketAddresses.family(remote.getAddress())) {
            throw new IllegalArgumentException("addresses " + local + " and " + remote + " are not of one family");
        }
        if ((sendScale < 0) != (receiveScale < 0)) {
            throw new IllegalArgumentException("window shifts " + sendScale + " and " + receiveScale
                    + ": both are scaled or none");
        }
        require("window shift of the peer", sendScale, -1, SCALE_MAX);
        require("our window shift", receiveScale, -1, SCALE_MAX);
        require("greatest segment", maxSegment, SEGMENT_MIN, SEGMENT_MAX);
        require("send window", sendWindow, 0, 0xffff << Math.max(0, sendScale));
        require("greatest send window", greatestSendWindow, sendWindow, Integer.MAX_VALUE);
        require("receive window", receiveWindow, 0, 0xffff << Math.max(0, receiveScale));
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " of " + value + " is not between " + least + " and " + most);
        }
    }
}
