package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.net.InetSocketAddress;

/**
 * A connection of a {@link ConnectionTable}. A handle for everybody else; what it is about is asked of the table. For the
 * table's thread.
 */
public final class Connection {

    private static final byte[] NO_DATA = new byte[0];

    final ConnectionKey key;
    final ArmedAddress home;
    Source source;

    TcpState state = TcpState.SYN_RECEIVED;
    boolean open = true;
    boolean changed;

    int sendNext;
    int sendUnacknowledged;
    int sendWindow;
    int sendWindowUpdate;
    int greatestSendWindow;
    byte sendScale;
    byte receiveScale;
    int maxSegment;

    int receiveNext;
    /**
     * Sequence number behind the last byte that there is room for; never moves. What the client is told is rounded up to what
     * the scale can say, since Linux does not probe with data: what was rounded off, it would not send.
     */
    int receiveEdge;
    /** {@code null} as long as there was no data. */
    ReceiveBuffer buffer;

    boolean sack;
    boolean timestamps;
    int recentTimestamp;
    int timestampOffset;

    long via = Segment.NO_VIA;
    byte synAcksSent;
    long lastHeard;
    long lastChallenge;
    long deadline;
    int timerPlace = Timers.NOT_THERE;

    Connection(ConnectionKey key, ArmedAddress home, long now) {
        this.key = key;
        this.home = home;
        lastHeard = now;
        lastChallenge = now - SegmentArrives.CHALLENGE_NANOS;
    }

    /**
     * The service's address.
     *
     * @return an armed one
     */
    public IpAddress local() {
        return key.local();
    }

    /**
     * The service's port.
     *
     * @return 1 to 65535
     */
    public int localPort() {
        return key.localPort();
    }

    /**
     * The client's address.
     *
     * @return of the same family
     */
    public IpAddress remote() {
        return key.remote();
    }

    /**
     * The client's port.
     *
     * @return 1 to 65535
     */
    public int remotePort() {
        return key.remotePort();
    }

    /**
     * How far it has got.
     *
     * @return the state; the last one when it is not open any more
     */
    public TcpState state() {
        return state;
    }

    /**
     * Whether the table still has it.
     *
     * @return false when it was closed, removed or reset
     */
    public boolean isOpen() {
        return open;
    }

    /**
     * How many bytes of the client's are kept in order.
     *
     * @return 0 or more
     */
    public int dataLength() {
        return buffer == null ? 0 : buffer.ready();
    }

    /**
     * Who the client's last segment came from on the link, where answers go.
     *
     * @return bits of a MAC address, or {@link Segment#NO_VIA}
     */
    public long via() {
        return via;
    }

    boolean isHalfOpen() {
        return state == TcpState.SYN_RECEIVED;
    }

    /** How much more data there is room for. */
    int receiveWindow() {
        return Math.max(0, receiveEdge - receiveNext);
    }

    /** The window as it stands in segments other than SYN-ACKs. */
    int receiveWindowShifted() {
        return receiveWindow() + roundedUp() >>> Math.max(0, receiveScale);
    }

    /** How much more data is taken: all that the client may have been told, ever. */
    int acceptedWindow() {
        return Math.max(0, receiveEdge + roundedUp() - receiveNext);
    }

    private int roundedUp() {
        return (1 << Math.max(0, receiveScale)) - 1;
    }

    /** Sequence number of the first byte of data. */
    int dataStart() {
        return receiveNext - dataLength() - (state == TcpState.CLOSE_WAIT ? 1 : 0);
    }

    Tcb toTcb(long now) {
        int offered = isHalfOpen() ? receiveWindow() : receiveWindowShifted() << Math.max(0, receiveScale);
        return new Tcb(
                new InetSocketAddress(key.local().toInetAddress(), key.localPort()),
                new InetSocketAddress(key.remote().toInetAddress(), key.remotePort()),
                state, sendNext, sendUnacknowledged, sendWindow, sendWindowUpdate, greatestSendWindow,
                receiveNext, offered, sendScale, receiveScale, maxSegment,
                sack, timestamps, recentTimestamp, Clocks.timestamp(timestampOffset, now),
                buffer == null ? NO_DATA : buffer.copyReady());
    }

    /** Takes over everything but addresses and ports. */
    void take(Tcb tcb, int window, long now) {
        state = tcb.state();
        sendNext = tcb.sendNext();
        sendUnacknowledged = tcb.sendUnacknowledged();
        sendWindow = tcb.sendWindow();
        sendWindowUpdate = tcb.sendWindowUpdate();
        greatestSendWindow = tcb.greatestSendWindow();
        receiveNext = tcb.receiveNext();
        sendScale = (byte) tcb.sendScale();
        receiveScale = (byte) tcb.receiveScale();
        maxSegment = tcb.maxSegment();
        sack = tcb.sack();
        timestamps = tcb.timestamps();
        recentTimestamp = tcb.recentTimestamp();
        timestampOffset = tcb.ourTimestamp() - Clocks.timestamp(0, now);
        if (tcb.data().length > 0 || state == TcpState.CLOSE_WAIT) {
            buffer = new ReceiveBuffer();
            buffer.restore(tcb.data(), state == TcpState.CLOSE_WAIT);
        }
        receiveEdge = Sequence.later(dataStart() + window, receiveNext + tcb.receiveWindow() - roundedUp());
    }

    @Override
    public String toString() {
        return key.local() + ":" + key.localPort() + " < " + key.remote() + ":" + key.remotePort() + " " + state;
    }
}
