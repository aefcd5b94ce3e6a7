package dev.conduit.synjitsu.front;

import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** How the front stands to one address. */
final class Standing {

    /** Frames kept for an address during a hand-over. */
    static final int MOST_KEPT = 1024;

    final IpAddress address;
    /** Who has the address now, in place of the front; {@code null} while the front has it. */
    MacAddress guest;
    /** Connections that the guest does not have yet are still answered. */
    boolean shared;
    int announcementsLeft;
    long nextAnnouncement;
    private final Deque<ByteBuffer> kept = new ArrayDeque<>();

    Standing(IpAddress address) {
        this.address = address;
    }

    boolean isReleased() {
        return guest != null;
    }

    /** A copy of the frame is kept; false when there are too many. */
    boolean keep(ByteBuffer frame) {
        if (kept.size() == MOST_KEPT) {
            return false;
        }
        kept.add(ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip());
        return true;
    }

    Deque<ByteBuffer> takeKept() {
        Deque<ByteBuffer> taken = new ArrayDeque<>(kept);
        kept.clear();
        return taken;
    }
}
