package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Segment;

/** How connections begin: with a SYN, kept or answered by a cookie, and in that case with the cookie coming back. */
final class Handshakes {

    private final ConnectionTable table;
    private final TableOptions options;
    private final Clocks clocks;
    private final SynCookies cookies;
    private final Answers answers;
    private final SegmentArrives arrives;
    private final Drops drops;

    /** Until the first cookie, the time of our beginning: a predecessor may have sent some. */
    private long lastCookie;
    /** Whether there are reasons to think that cookies are out, so that acknowledgements of nothing are not refused. */
    private boolean cookiesLikely;

    Handshakes(ConnectionTable table, TableOptions options, KeyedHash hash, Answers answers, SegmentArrives arrives,
            Drops drops, long now) {
        this.table = table;
        this.options = options;
        this.answers = answers;
        this.arrives = arrives;
        this.drops = drops;
        clocks = new Clocks(hash);
        cookies = new SynCookies(hash);
        lastCookie = now;
    }

    void begin(ArmedAddress home, Segment syn, long now) {
        if (!table.hasRoomFor(syn.source())) {
            drops.count(DropReason.TOO_MANY_CONNECTIONS);
            return;
        }
        boolean kept = table.hasRoomForHalfOpen(syn.source());
        ConnectionKey key = ConnectionKey.of(syn, home.address);
        Connection connection = new Connection(key, home, now);
        Clocks.Start start = clocks.start(key, now);
        takeSyn(connection, syn, kept);
        connection.timestampOffset = start.timestampOffset();
        connection.sendUnacknowledged = kept ? start.sequence()
                : cookies.of(key, syn.sequence(), connection.maxSegment, now);
        connection.sendNext = connection.sendUnacknowledged + 1;
        if (kept) {
            connection.synAcksSent = 1;
            table.add(connection, now);
            answers.synAck(connection, now);
        } else {
            lastCookie = now;
            cookiesLikely = true;
            table.events().cookieSent();
            answers.synAck(connection, SynCookies.timestamp(
                    Clocks.timestamp(start.timestampOffset(), now), connection.sendScale, connection.sack));
        }
        table.events().asked(home.address, key.localPort(), key.remote());
    }

    /** Somebody had connections before us. */
    void hasPredecessor() {
        cookiesLikely = true;
    }

    /**
     * An acknowledgement, but not of a SYN-ACK that is known: the end of a handshake by cookie, or of nothing.
     *
     * @param halfOpen what was begun later by the same SYN, sent twice, or {@code null}: the client knows our first answer
     */
    void takeCookie(ArmedAddress home, Connection halfOpen, Segment segment, long now) {
        ConnectionKey key = ConnectionKey.of(segment, home.address);
        boolean maybe = now - lastCookie < 2 * SynCookies.PERIOD_NANOS && !segment.has(Segment.SYN);
        int maxSegment = maybe ? cookies.maxSegment(key, segment, now) : -1;
        if (maxSegment < 0) {
            if (maybe && cookiesLikely && SynCookies.hasAge(segment, now)) {
                // Perhaps data that overtook the acknowledgement: a reset would end a connection that is about to be.
                drops.count(DropReason.NO_COOKIE);
            } else {
                drops.count(DropReason.BAD_SEQUENCE);
                answers.refuse(segment);
            }
            return;
        }
        if (halfOpen != null) {
            table.remove(halfOpen);
        }
        if (!table.hasRoomFor(segment.source())) {
            drops.count(DropReason.TOO_MANY_CONNECTIONS);
        } else {
            Connection connection = new Connection(key, home, now);
            takeOptions(connection, segment, maxSegment);
            connection.timestampOffset = clocks.start(key, now).timestampOffset();
            connection.sendUnacknowledged = segment.acknowledgement() - 1;
            connection.sendNext = segment.acknowledgement();
            connection.sendWindowUpdate = segment.sequence();
            connection.via = segment.via();
            table.add(connection, now);
            arrives.at(connection, segment, now);
        }
    }

    private void takeSyn(Connection connection, Segment syn, boolean kept) {
        boolean timestamps = syn.options().timestamps();
        boolean all = kept || timestamps;
        agree(connection, syn.sequence() + 1, all ? TcpOptionRules.scale(syn.options()) : -1,
                all && syn.options().sackPermitted());
        connection.maxSegment = TcpOptionRules.maxSegment(syn.options(), syn.source());
        connection.timestamps = timestamps;
        connection.recentTimestamp = syn.options().timestamp();
        connection.sendWindow = syn.window();
        connection.sendWindowUpdate = syn.sequence();
        connection.greatestSendWindow = syn.window();
        connection.via = syn.via();
    }

    private void takeOptions(Connection connection, Segment segment, int maxSegment) {
        boolean timestamps = segment.options().timestamps();
        int echo = segment.options().timestampEcho();
        agree(connection, segment.sequence(), timestamps ? SynCookies.scale(echo) : -1, timestamps && SynCookies.sack(echo));
        connection.maxSegment = maxSegment;
        connection.timestamps = timestamps;
        connection.recentTimestamp = segment.options().timestamp();
    }

    private void agree(Connection connection, int receiveNext, int scale, boolean sack) {
        connection.sendScale = (byte) scale;
        connection.receiveScale = (byte) (scale < 0 ? -1 : options.windowScale);
        connection.sack = sack;
        connection.receiveNext = receiveNext;
        connection.receiveEdge = receiveNext + options.window;
    }
}
