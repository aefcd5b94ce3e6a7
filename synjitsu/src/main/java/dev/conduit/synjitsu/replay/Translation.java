package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;

/**
 * Makes the guest's segments ones of the connection that the client has, and the other way round. The client's sequence
 * numbers and timestamps are the same on both sides; the guest's differ by what is fixed when it answers the SYN.
 *
 * <p>What the front has acknowledged stays acknowledged: as long as the guest is behind that, the client is told what it was
 * told, and the guest's window is counted from there.
 */
final class Translation {

    private static final int LARGEST_WINDOW = 0xffff;

    private final Offsets offsets;
    private final int promised;
    /** How windows in segments of the guest, and of the client, are shifted; and what their receivers believe. */
    private final int guestScale;
    private final int guestScaleAsTold;
    private final int clientScale;
    private final int clientScaleAsTold;
    /** Differences of sequence numbers say nothing after 2 GiB, so this is kept. */
    private boolean caughtUp;

    Translation(Tcb tcb, Offsets offsets) {
        this.offsets = offsets;
        promised = tcb.receiveNext();
        caughtUp = tcb.data().length == 0 && tcb.state() != TcpState.CLOSE_WAIT;
        guestScale = Math.max(0, offsets.scale());
        guestScaleAsTold = Math.max(0, tcb.receiveScale());
        clientScale = Math.max(0, tcb.sendScale());
        // The guest was offered the client's own, and a guest that does not scale believes in none.
        clientScaleAsTold = offsets.scale() < 0 ? 0 : clientScale;
    }

    void toGuest(RawSegment segment) {
        if (segment.has(RawSegment.ACK)) {
            segment.setAcknowledgement(segment.acknowledgement() - offsets.sequence());
        }
        segment.setWindow(windowForGuest(segment.window() << clientScale));
        if (segment.hasTimestamps()) {
            if (offsets.timestamps()) {
                segment.addToEcho(-offsets.timestamp());
            } else {
                segment.removeTimestamps();
            }
        }
        if (segment.hasSack()) {
            if (offsets.sack()) {
                segment.addToSack(-offsets.sequence());
            } else {
                segment.removeSack();
            }
        }
        segment.finish();
    }

    /** Bytes, as they stand in a segment to the guest. */
    int windowForGuest(int bytes) {
        return Math.min(LARGEST_WINDOW, bytes >> clientScaleAsTold);
    }

    /** Bytes that a window of the guest means. */
    int guestWindow(int inSegment) {
        return inSegment << guestScale;
    }

    /** False when the client need not see it: it acknowledges what is long acknowledged, and nothing else is in it. */
    boolean toClient(RawSegment segment) {
        int window = guestWindow(segment.window());
        if (segment.has(RawSegment.ACK) && !caughtUp) {
            int behind = promised - segment.acknowledgement();
            caughtUp = behind <= 0;
            if (!caughtUp) {
                if (segment.payloadLength() == 0 && !segment.has(RawSegment.FIN | RawSegment.RST)) {
                    return false;
                }
                segment.setAcknowledgement(promised);
                window = Math.max(0, window - behind);
                if (segment.hasSack()) {
                    segment.removeSack();
                }
            }
        }
        segment.addToSequence(offsets.sequence());
        segment.setWindow(Math.min(LARGEST_WINDOW, window >> guestScaleAsTold));
        if (segment.hasTimestamps()) {
            segment.addToTimestamp(offsets.timestamp());
        }
        segment.finish();
        return true;
    }
}
