package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Segment;
import java.nio.ByteBuffer;

/**
 * What a segment does to the connection it belongs to: RFC 9293, 3.10.7.4, with RFC 5961 against those who guess, and
 * RFC 7323 for timestamps. The front has sent nothing but its SYN, so there is nothing of its own to be acknowledged.
 */
final class SegmentArrives {

    /** RFC 5961, 10, for each connection by itself: a bound for all would tell an attacker about others (CVE-2016-5696). */
    static final long CHALLENGE_NANOS = 500_000_000;

    private final Answers answers;
    private final ConnectionTable table;
    private final Drops drops;

    SegmentArrives(Answers answers, ConnectionTable table, Drops drops) {
        this.answers = answers;
        this.table = table;
        this.drops = drops;
    }

    void at(Connection connection, Segment segment, long now) {
        if (connection.via == Segment.NO_VIA) {
            // Of a connection made anew: what comes first is perhaps old data, whose acknowledgement died with the front before.
            connection.via = segment.via();
        }
        if (segment.has(Segment.RST)) {
            reset(connection, segment, now);
        } else if (segment.has(Segment.SYN)) {
            syn(connection, segment, now);
        } else if (hasGoodTimestamp(connection, segment, now)
                && isAcceptable(connection, segment, now)
                && isGoodAcknowledgement(connection, segment, now)) {
            connection.lastHeard = now;
            connection.via = segment.via();
            if (connection.timestamps && !Sequence.after(segment.sequence(), connection.receiveNext)) {
                connection.recentTimestamp = segment.options().timestamp();
            }
            takeData(connection, segment, now);
        }
    }

    /** RFC 5961, 3: only the very next sequence number resets; one that is close is asked about. */
    private void reset(Connection connection, Segment segment, long now) {
        int ahead = segment.sequence() - connection.receiveNext;
        if (ahead == 0) {
            table.close(connection, CloseReason.RESET_BY_CLIENT);
            return;
        }
        drops.count(DropReason.BAD_SEQUENCE);
        if (ahead > 0 && ahead <= connection.acceptedWindow()) {
            challenge(connection, now);
        }
    }

    /** The SYN again, or (RFC 5961, 4) one that a client sends which has forgotten the connection: it will reset it. */
    private void syn(Connection connection, Segment segment, long now) {
        if (connection.isHalfOpen() && !segment.has(Segment.ACK | Segment.FIN)
                && segment.sequence() == connection.receiveNext - 1) {
            answers.synAck(connection, now);
        } else {
            drops.count(DropReason.BAD_SEQUENCE);
            challenge(connection, now);
        }
    }

    private boolean hasGoodTimestamp(Connection connection, Segment segment, long now) {
        if (!connection.timestamps) {
            return true;
        }
        if (segment.options().timestamps() && !Sequence.before(segment.options().timestamp(), connection.recentTimestamp)) {
            return true;
        }
        drops.count(DropReason.BAD_TIMESTAMP);
        if (segment.options().timestamps()) {
            acknowledge(connection, segment, now);
        }
        return false;
    }

    private boolean isAcceptable(Connection connection, Segment segment, long now) {
        int window = connection.acceptedWindow();
        int first = segment.sequence() - connection.receiveNext;
        int last = first + segment.payloadLength() - 1;
        boolean acceptable;
        if (segment.payloadLength() == 0) {
            // A FIN needs no room: it may stand right behind the window's last byte.
            acceptable = first == 0 || first > 0 && first < window;
        } else {
            acceptable = first >= 0 && first < window || last >= 0 && last < window;
        }
        if (!acceptable) {
            drops.count(DropReason.BAD_SEQUENCE);
            acknowledge(connection, segment, now);
        }
        return acceptable;
    }

    private boolean isGoodAcknowledgement(Connection connection, Segment segment, long now) {
        if (!segment.has(Segment.ACK)) {
            drops.count(DropReason.BAD_FLAGS);
            return false;
        }
        int acknowledgement = segment.acknowledgement();
        boolean tooNew = Sequence.after(acknowledgement, connection.sendNext);
        boolean isNew = Sequence.after(acknowledgement, connection.sendUnacknowledged);
        if (connection.isHalfOpen()) {
            if (tooNew || !isNew) {
                table.acknowledgedOtherwise(connection, segment, now);
                return false;
            }
            table.establish(connection, now);
        } else if (tooNew
                || acknowledgement - connection.sendUnacknowledged < -connection.greatestSendWindow) {
            drops.count(DropReason.BAD_SEQUENCE);
            challenge(connection, now);
            return false;
        }
        if (isNew) {
            connection.sendUnacknowledged = acknowledgement;
            table.changed(connection);
        }
        if (acknowledgement == connection.sendUnacknowledged
                && !Sequence.before(segment.sequence(), connection.sendWindowUpdate)) {
            updateSendWindow(connection, segment);
        }
        return true;
    }

    private void updateSendWindow(Connection connection, Segment segment) {
        int window = segment.window() << Math.max(0, connection.sendScale);
        if (window != connection.sendWindow) {
            table.changed(connection);
        }
        connection.sendWindow = window;
        connection.sendWindowUpdate = segment.sequence();
        connection.greatestSendWindow = Math.max(connection.greatestSendWindow, window);
    }

    private void takeData(Connection connection, Segment segment, long now) {
        if (segment.payloadLength() == 0 && !segment.has(Segment.FIN)) {
            return;
        }
        if (connection.state == TcpState.ESTABLISHED) {
            int before = connection.dataLength();
            keep(connection, segment);
            if (connection.dataLength() > before) {
                connection.receiveNext += connection.dataLength() - before;
                table.changed(connection);
                table.events().dataArrived(connection);
            }
            if (connection.buffer != null && connection.buffer.finished()) {
                connection.receiveNext++;
                connection.state = TcpState.CLOSE_WAIT;
                table.changed(connection);
                table.events().finished(connection);
            }
        }
        answers.acknowledge(connection, now);
    }

    private void keep(Connection connection, Segment segment) {
        int at = segment.sequence() - connection.dataStart();
        int limit = connection.receiveNext + connection.acceptedWindow() - connection.dataStart();
        ByteBuffer data = segment.payload();
        int end = at + data.remaining();
        if (end > limit) {
            data.limit(data.limit() - (end - limit));
            end = limit;
        }
        ReceiveBuffer buffer = connection.buffer == null ? new ReceiveBuffer() : connection.buffer;
        int before = buffer.capacity();
        int capacity = buffer.capacityFor(end, limit);
        if (!buffer.hasRoom(at, end) || !table.hasBytes(capacity - before)) {
            drops.count(DropReason.NO_ROOM);
            return;
        }
        connection.buffer = buffer;
        buffer.put(at, data, capacity);
        table.countBytes(buffer.capacity() - before);
        if (segment.has(Segment.FIN) && data.remaining() == segment.payloadLength()) {
            buffer.finishAt(end);
        }
    }

    /** An answer to what was not acceptable: at once if it may be data sent again, else like a challenge. */
    private void acknowledge(Connection connection, Segment segment, long now) {
        if (segment.sequenceLength() > 0) {
            answers.acknowledge(connection, now);
        } else {
            challenge(connection, now);
        }
    }

    private void challenge(Connection connection, long now) {
        if (now - connection.lastChallenge < CHALLENGE_NANOS) {
            drops.count(DropReason.RATE_LIMITED);
            return;
        }
        connection.lastChallenge = now;
        answers.acknowledge(connection, now);
    }
}
