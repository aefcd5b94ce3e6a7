package dev.conduit.synjitsu.tcp;

import java.net.InetSocketAddress;

/**
 * What one side knows of a connection at an instant (the transmission control block of RFC 9293, 3.3.1), seen from the
 * service: enough to go on with it in another kernel. Sequence numbers are unsigned 32 bits in an {@code int}; compare
 * them by their difference. Windows are in bytes, scaled already.
 *
 * @param local the service's address and port
 * @param remote the client's; of the same family
 * @param state which of its states it is in
 * @param sendNext SND.NXT: the next byte to send; after the SYN-ACK, the initial sequence number and one
 * @param sendUnacknowledged SND.UNA
 * @param sendWindow SND.WND: what the client takes
 * @param sendWindowUpdate SND.WL1: sequence number of the segment that said so
 * @param greatestSendWindow the greatest of the windows the client has offered
 * @param receiveNext RCV.NXT: the next byte expected; after a FIN that was received, the one behind it
 * @param receiveWindow RCV.WND as it was last offered
 * @param sendScale the client's window shift (RFC 7323), 0 to 14; -1 when windows are not scaled
 * @param receiveScale ours; -1 with {@code sendScale}
 * @param maxSegment the client's MSS: most bytes of data and TCP options in a segment to it (RFC 6691)
 * @param sack whether selective acknowledgements were agreed on
 * @param timestamps whether timestamps were agreed on
 * @param recentTimestamp TS.Recent: the client's, to be echoed
 * @param ourTimestamp what our timestamp clock shows now, in milliseconds; goes on from here
 * @param data bytes received in order, acknowledged and not given to anybody; they end at {@code receiveNext}, or just
 *     before the FIN. Not copied: nobody changes it
 */
public record Tcb(
        InetSocketAddress local, InetSocketAddress remote, TcpState state,
        int sendNext, int sendUnacknowledged, int sendWindow, int sendWindowUpdate, int greatestSendWindow,
        int receiveNext, int receiveWindow, int sendScale, int receiveScale, int maxSegment,
        boolean sack, boolean timestamps, int recentTimestamp, int ourTimestamp, byte[] data) {

    /**
     * Returns the same at another time.
     *
     * @param now what our timestamp clock shows
     * @return a state
     */
    public Tcb withOurTimestamp(int now) {
        return new Tcb(local, remote, state, sendNext, sendUnacknowledged, sendWindow, sendWindowUpdate,
                greatestSendWindow, receiveNext, receiveWindow, sendScale, receiveScale, maxSegment, sack, timestamps,
                recentTimestamp, now, data);
    }
}
