package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * A connection whose guest has answered the SYN that was played to it: gives the guest what was kept of the client, and
 * translates. For the front's thread.
 */
public final class ReplayedConnection {

    /** Silence after both sides have ended, in which one of them may still send its FIN again. */
    private static final long ENDED_NANOS = 5_000_000_000L;
    /** RFC 5382, 5: a translator keeps a connection for two hours and four minutes. */
    private static final long IDLE_NANOS = 124L * 60 * 1_000_000_000;
    private static final byte[] NO_DATA = new byte[0];

    private final Offsets offsets;
    private final MacAddress client;
    private final IpAddress local;
    private final IpAddress remote;
    private final Translation translation;
    private final Consumer<Segment> output;
    private final Feeder feeder;
    private Tcb tcb;
    private boolean confirmed;
    /** False of a connection of an earlier front until each side is heard of: it may have gone far since it was written. */
    private boolean knowsClient;
    private boolean knowsGuest;
    private boolean open = true;
    private long lastHeard;

    /** In the guest's numbers: what the client has acknowledged, and what the guest has sent. */
    private int clientAcknowledged;
    private int guestSent;
    private int guestTimestamp;
    /** In the client's, which both sides have. */
    private int guestAcknowledged;
    private int clientTimestamp;
    private int clientWindow;
    /** What has passed; written is what the other side has acknowledged, too, so that nothing will be sent again. */
    private Ends ends;
    private Ends writtenEnds;
    private boolean reset;

    /** {@code guestWindow}: as it stood in its SYN-ACK; -1 of a connection that an earlier front had. */
    ReplayedConnection(Tcb tcb, Offsets offsets, Ends ends, int guestWindow, MacAddress client, Consumer<Segment> output,
            long now) {
        this.tcb = tcb;
        this.offsets = offsets;
        this.client = client;
        this.output = output;
        local = IpAddress.of(tcb.local().getAddress());
        remote = IpAddress.of(tcb.remote().getAddress());
        translation = new Translation(tcb, offsets);
        feeder = new Feeder(tcb, offsets.maxSegment(), Math.max(0, guestWindow), this::feed);
        lastHeard = now;
        knowsClient = guestWindow >= 0;
        knowsGuest = knowsClient;
        clientAcknowledged = tcb.sendUnacknowledged() - offsets.sequence();
        guestSent = clientAcknowledged;
        guestTimestamp = tcb.ourTimestamp() - offsets.timestamp();
        guestAcknowledged = feeder.start();
        clientTimestamp = tcb.recentTimestamp();
        clientWindow = tcb.sendWindow();
        this.ends = tcb.state() == TcpState.CLOSE_WAIT ? ends.withClient(tcb.receiveNext()) : ends;
        writtenEnds = ends;
        ends.client().ifPresent(number -> guestAcknowledged = number);
        ends.guest().ifPresent(number -> {
            clientAcknowledged = number;
            guestSent = number;
            knowsClient = true;
        });
    }

    /**
     * The service's address.
     *
     * @return one of those of the guest
     */
    public IpAddress local() {
        return local;
    }

    IpAddress remote() {
        return remote;
    }

    /**
     * Who the client is reached by.
     *
     * @return the client's MAC on the link, or its router's
     */
    public MacAddress client() {
        return client;
    }

    /**
     * How it stood when the guest answered.
     *
     * @return with the data that the guest has not acknowledged yet; without any once it has all of it
     */
    public Tcb tcb() {
        return tcb;
    }

    /**
     * What is translated.
     *
     * @return fixed for its whole life
     */
    public Offsets offsets() {
        return offsets;
    }

    /**
     * Whether it goes on.
     *
     * @return false when it has ended, or was silent for two hours
     */
    public boolean isOpen() {
        return open;
    }

    Flow fromClient() {
        return Flow.of(remote, tcb.remote().getPort(), local, tcb.local().getPort());
    }

    Flow fromGuest() {
        return Flow.of(local, tcb.local().getPort(), remote, tcb.remote().getPort());
    }

    /** It is written down: now the guest may be told. Again: nothing. */
    void confirm(long now) {
        if (!confirmed && open) {
            confirmed = true;
            feed(0, 0, false);
            feeder.begin(now);
        }
    }

    /**
     * What is over for good, to be written: FINs that have passed and were acknowledged.
     *
     * @return a RST counts as both
     */
    public Ends ends() {
        return writtenEnds;
    }

    private Ends acknowledgedEnds() {
        return new Ends(ifReached(ends.client(), guestAcknowledged), ifReached(ends.guest(), clientAcknowledged));
    }

    private static OptionalInt ifReached(OptionalInt end, int acknowledged) {
        return end.isPresent() && acknowledged - end.getAsInt() >= 0 ? end : OptionalInt.empty();
    }

    private void noteReset() {
        reset = true;
        ends = ends.withClient(guestAcknowledged).withGuest(clientAcknowledged);
    }

    private boolean hasEnded() {
        return reset || acknowledgedEnds().both();
    }

    /** Whether this is the SYN of a connection that comes after this one. */
    boolean isFollowedBy(RawSegment segment) {
        return segment.has(RawSegment.SYN) && hasEnded();
    }

    /** Makes it one for the guest; false when it is to be dropped. */
    boolean passFromClient(RawSegment segment, long now) {
        if (!confirmed) {
            return false;
        }
        lastHeard = now;
        if (segment.has(RawSegment.ACK)) {
            int acknowledged = segment.acknowledgement() - offsets.sequence();
            if (!knowsClient || acknowledged - clientAcknowledged > 0 && acknowledged - guestSent <= 0) {
                clientAcknowledged = acknowledged;
                guestSent = knowsGuest ? guestSent : acknowledged;
                knowsClient = true;
            }
        }
        if (segment.hasTimestamps() && segment.timestamp() - clientTimestamp > 0) {
            clientTimestamp = segment.timestamp();
        }
        if (segment.has(RawSegment.FIN)) {
            ends = ends.withClient(segment.next());
        }
        if (segment.has(RawSegment.RST)) {
            noteReset();
        }
        clientWindow = segment.window() << Math.max(0, tcb.sendScale());
        translation.toGuest(segment);
        return true;
    }

    /** Whether the client has timestamps that the guest does not give. */
    boolean addsTimestamps() {
        return tcb.timestamps() && !offsets.timestamps();
    }

    /** The frame of a segment that has passed, with a timestamp. */
    void copyWithTimestamp(RawSegment segment, ByteBuffer to, long now) {
        segment.copyWithTimestamp(to, Attempt.clock(now) + offsets.timestamp(), clientTimestamp);
    }

    /** Makes it one for the client; false when it is to be dropped. */
    boolean passFromGuest(RawSegment segment, long now) {
        if (!confirmed) {
            return false;
        }
        if (segment.has(RawSegment.SYN)) {
            // Its SYN-ACK again: it has not seen our answer.
            feed(0, 0, false);
            return false;
        }
        int beyond = segment.sequence() - clientAcknowledged;
        boolean refusesSyn = segment.sequence() == 0 && guestSent != 0;
        if (segment.has(RawSegment.RST) && knowsClient && (beyond < 0 || beyond > clientWindow || refusesSyn)) {
            // Of an attempt before this connection, or of nobody (RFC 9293, 3.10.7.1: a SYN is refused with number 0).
            return false;
        }
        lastHeard = now;
        boolean first = !knowsGuest;
        if (first || segment.next() - guestSent > 0) {
            guestSent = segment.next();
            knowsGuest = true;
        }
        if (segment.hasTimestamps()) {
            guestTimestamp = segment.timestamp() - guestTimestamp > 0 ? segment.timestamp() : guestTimestamp;
            // What the guest has seen last may be from before this front; older ones it would not take (RFC 7323, 5).
            clientTimestamp = segment.echo() - clientTimestamp > 0 ? segment.echo() : clientTimestamp;
        }
        if (segment.has(RawSegment.FIN)) {
            ends = ends.withGuest(segment.next());
        }
        if (segment.has(RawSegment.RST)) {
            noteReset();
        }
        if (segment.has(RawSegment.ACK)) {
            int acknowledged = segment.acknowledgement();
            if (first && ends.client().isEmpty() || acknowledged - guestAcknowledged > 0) {
                guestAcknowledged = acknowledged;
            }
            if (!feeder.isDone()) {
                feeder.acknowledged(acknowledged, translation.guestWindow(segment.window()),
                        segment.payloadLength() == 0, now);
            }
        }
        return translation.toClient(segment);
    }

    /** Does what is due; true when what is to be written of it has changed. */
    boolean advance(long now) {
        if (!confirmed) {
            return false;
        }
        feeder.advance(now);
        if (!feeder.isDone() && feeder.isInVain()) {
            refuse();
        }
        if (now - lastHeard >= (hasEnded() ? ENDED_NANOS : IDLE_NANOS)) {
            open = false;
        }
        boolean fed = feeder.isDone() && tcb.data().length > 0;
        if (fed) {
            tcb = withoutData();
        }
        Ends acknowledged = acknowledgedEnds();
        boolean ended = !acknowledged.equals(writtenEnds);
        writtenEnds = acknowledged;
        return fed || ended || !open;
    }

    /** Another one comes after it. */
    void end() {
        open = false;
    }

    /** The guest is gone: its client is told. */
    void refuse() {
        open = false;
        if (hasEnded()) {
            return;
        }
        output.accept(Segment.from(local, tcb.local().getPort(), remote, tcb.remote().getPort()).via(client.bits())
                .flags(Segment.RST | Segment.ACK)
                .sequence(clientAcknowledged + offsets.sequence())
                .acknowledgement(guestAcknowledged - tcb.receiveNext() < 0 ? tcb.receiveNext() : guestAcknowledged)
                .build());
    }

    private void feed(int from, int length, boolean fin) {
        InetSocketAddress source = tcb.remote();
        output.accept(Segment.from(remote, source.getPort(), local, tcb.local().getPort()).via(offsets.guest().bits())
                .flags(Segment.ACK | (length > 0 ? Segment.PSH : 0) | (fin ? Segment.FIN : 0))
                .sequence(feeder.start() + from)
                .acknowledgement(clientAcknowledged)
                .window(translation.windowForGuest(clientWindow))
                .options(new TcpOptions(-1, -1, false, offsets.timestamps(), clientTimestamp, guestTimestamp,
                        TcpOptions.NONE.sackBlocks()))
                .payload(ByteBuffer.wrap(tcb.data(), Math.min(from, tcb.data().length), length))
                .build());
    }

    private Tcb withoutData() {
        return new Tcb(tcb.local(), tcb.remote(), tcb.state(), tcb.sendNext(), tcb.sendUnacknowledged(), tcb.sendWindow(),
                tcb.sendWindowUpdate(), tcb.greatestSendWindow(), tcb.receiveNext(), tcb.receiveWindow(), tcb.sendScale(),
                tcb.receiveScale(), tcb.maxSegment(), tcb.sack(), tcb.timestamps(), tcb.recentTimestamp(),
                tcb.ourTimestamp(), NO_DATA);
    }
}
