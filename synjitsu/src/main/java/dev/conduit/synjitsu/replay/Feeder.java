package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;

/**
 * The sender of what was kept of a client: a few kilobytes, sent once. Retransmission by RFC 6298 without measuring (the
 * first guess of a second is safe for a guest on the same host), the congestion window of RFC 5681 and 6928, go-back-N.
 */
final class Feeder {

    private static final long FIRST_TIMEOUT_NANOS = 1_000_000_000L;
    private static final long LONGEST_TIMEOUT_NANOS = 60_000_000_000L;
    private static final int MOST_TIMEOUTS = 8;
    private static final int FIRST_SEGMENTS = 10;
    private static final int DUPLICATES = 3;

    /** Sends this part of the data; {@code length} 0 with {@code fin} is the FIN alone. */
    interface Output {
        void send(int from, int length, boolean fin);
    }

    private final int start;
    private final int data;
    private final boolean fin;
    private final int maxSegment;
    private final Output output;
    /** Counted from the first byte; the FIN is the one behind the last. */
    private int acknowledged;
    private int sent;
    private int window;
    private int congestionWindow;
    private int duplicates;
    private int timeouts;
    private long timeout = FIRST_TIMEOUT_NANOS;
    private long deadline;

    Feeder(Tcb tcb, int maxSegment, int window, Output output) {
        this.data = tcb.data().length;
        this.fin = tcb.state() == TcpState.CLOSE_WAIT;
        this.start = tcb.receiveNext() - data - (fin ? 1 : 0);
        this.maxSegment = maxSegment;
        this.window = window;
        this.output = output;
        congestionWindow = FIRST_SEGMENTS * maxSegment;
    }

    int start() {
        return start;
    }

    private int length() {
        return data + (fin ? 1 : 0);
    }

    boolean isDone() {
        return acknowledged == length();
    }

    /** The guest takes none of it. */
    boolean isInVain() {
        return timeouts > MOST_TIMEOUTS;
    }

    /** When {@link #advance} has something to do. */
    long deadline() {
        return deadline;
    }

    void begin(long now) {
        send(now);
    }

    void acknowledged(int number, int newWindow, boolean pure, long now) {
        int at = number - start;
        if (at < acknowledged || at > length()) {
            return;
        }
        if (at > acknowledged) {
            congestionWindow += Math.min(at - acknowledged, maxSegment);
            acknowledged = at;
            sent = Math.max(sent, at);
            duplicates = 0;
            timeouts = 0;
            timeout = FIRST_TIMEOUT_NANOS;
            deadline = now + timeout;
        } else if (pure && newWindow == window && sent > acknowledged && ++duplicates == DUPLICATES) {
            piece(acknowledged, maxSegment);
        }
        window = newWindow;
        send(now);
    }

    void advance(long now) {
        if (isDone() || deadline - now > 0) {
            return;
        }
        timeouts++;
        timeout = Math.min(2 * timeout, LONGEST_TIMEOUT_NANOS);
        congestionWindow = maxSegment;
        duplicates = 0;
        deadline = now + timeout;
        // A closed window is probed with one byte.
        int allowed = Math.max(1, Math.min(window, maxSegment));
        sent = acknowledged + piece(acknowledged, allowed);
    }

    private void send(long now) {
        boolean idle = sent == acknowledged;
        int limit = Math.min(length(), acknowledged + Math.min(window, congestionWindow));
        while (sent < limit) {
            sent += piece(sent, Math.min(maxSegment, limit - sent));
        }
        if (idle) {
            deadline = now + timeout;
        }
    }

    private int piece(int from, int room) {
        int bytes = Math.min(room, data - Math.min(from, data));
        boolean last = fin && from + bytes == data && bytes < room;
        output.send(from, bytes, last);
        return bytes + (last ? 1 : 0);
    }
}
