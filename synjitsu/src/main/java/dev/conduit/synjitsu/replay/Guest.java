package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A guest on the link, and the connections that are to be played to it. Until it has answered one SYN, one is out at a
 * time and is tried again soon: its port may open any moment. Then 64 at a time, so that no queue of its kernel runs
 * over. For the front's thread.
 */
public final class Guest {

    static final int MOST_OUT = 64;

    private static final long QUICK_NANOS = 2_000_000L;
    private static final long SLOW_NANOS = 100_000_000L;
    private static final long UNANSWERED_NANOS = 1_000_000_000L;
    private static final int MOST_DOUBLINGS = 3;
    /** Tries at a port that stays closed while another one is open: half a minute. */
    private static final int MOST_TRIES = 300;

    private final MacAddress mac;
    private final Replays replays;
    private List<Attempt> attempts = new ArrayList<>();
    private final Map<Flow, Attempt> byFlow = new HashMap<>();
    private int out;
    private int refusals;
    private boolean answers;
    /** It has no timestamps, as its first answer to a client with them tells; until then it may have none. */
    private boolean plain;
    private boolean knowsTimestamps;
    private long next = Long.MAX_VALUE;

    Guest(MacAddress mac, Replays replays) {
        this.mac = mac;
        this.replays = replays;
    }

    /**
     * Its address on the link.
     *
     * @return a single station's
     */
    public MacAddress mac() {
        return mac;
    }

    /**
     * Whether it has answered a SYN.
     *
     * @return whether one of its ports is open
     */
    public boolean answers() {
        return answers;
    }

    /**
     * How many connections have not been answered yet.
     *
     * @return 0 or more
     */
    public int waiting() {
        return attempts.size();
    }

    /**
     * Plays a connection to it, at the next {@link Replays#advance}.
     *
     * @param connection one of the table's whose handshake is complete
     * @param now the time
     */
    public void add(Connection connection, long now) {
        Attempt attempt = new Attempt(connection, now);
        Attempt before = byFlow.get(attempt.fromGuest());
        if (before != null && before.connection == connection) {
            return;
        }
        if (before != null) {
            // Its client began anew from the same port.
            attempts.remove(before);
            forget(before);
        }
        byFlow.put(attempt.fromGuest(), attempt);
        attempts.add(attempt);
        replays.steering().hold(connection.local(), connection.remote(), new MacAddress(connection.via()), mac);
        next = now;
    }

    long next() {
        return next;
    }

    void advance(long now) {
        if (next == Long.MAX_VALUE || next - now > 0) {
            return;
        }
        next = Long.MAX_VALUE;
        for (Iterator<Attempt> all = attempts.iterator(); all.hasNext(); ) {
            Attempt attempt = all.next();
            if (!attempt.connection.isOpen()) {
                all.remove();
                forget(attempt);
                continue;
            }
            if (attempt.at - now <= 0 && (attempt.out || out < (answers ? MOST_OUT : 1))) {
                send(attempt, now);
            }
            if (attempt.out || attempt.at - now > 0) {
                next = next == Long.MAX_VALUE || attempt.at - next < 0 ? attempt.at : next;
            }
        }
    }

    private void send(Attempt attempt, long now) {
        out += attempt.out ? 0 : 1;
        attempt.out = true;
        attempt.at = now + (answers ? UNANSWERED_NANOS << Math.min(attempt.tries, MOST_DOUBLINGS) : SLOW_NANOS);
        attempt.tries++;
        replays.send(attempt.syn(replays.table().snapshot(attempt.connection, now), mac, replays.mtu(),
                plain || !knowsTimestamps));
    }

    private void forget(Attempt attempt) {
        out -= attempt.out ? 1 : 0;
        byFlow.remove(attempt.fromGuest());
        replays.steering().leave(attempt.connection.local(), attempt.connection.remote());
    }

    /** A segment of the guest for an attempt; false when it is for none. */
    boolean receive(Flow flow, Segment segment, long now) {
        Attempt attempt = byFlow.get(flow);
        if (attempt == null) {
            return false;
        }
        if (!attempt.out) {
            return true;
        }
        if (segment.has(Segment.RST)) {
            refused(attempt, now);
        } else if (segment.has(Segment.SYN) && segment.has(Segment.ACK)) {
            answered(attempt, segment, now);
        }
        return true;
    }

    /** Its port is closed, so far: another one has its turn. */
    private void refused(Attempt attempt, long now) {
        if (answers && attempt.tries > MOST_TRIES) {
            replays.table().reset(attempt.connection);
            next = now;
            return;
        }
        out--;
        attempt.out = false;
        attempt.at = now + Math.min(SLOW_NANOS, QUICK_NANOS << Math.min(refusals++, 10));
        attempts.remove(attempt);
        attempts.add(attempt);
        next = now;
    }

    private void answered(Attempt attempt, Segment synAck, long now) {
        next = now;
        Tcb tcb = replays.table().snapshot(attempt.connection, now);
        if (!attempt.connection.isOpen() || !attempt.isAnsweredBy(synAck, tcb)) {
            // Of an attempt before this one.
            replays.send(attempt.reset(synAck, mac));
            return;
        }
        answers = true;
        if (tcb.timestamps()) {
            knowsTimestamps = true;
            plain |= !synAck.options().timestamps();
        }
        Offsets offsets = attempt.offsets(synAck, tcb, mac, replays.mtu(), now);
        replays.begin(tcb, offsets, synAck.window(), new MacAddress(attempt.connection.via()), now);
        attempts.remove(attempt);
        forget(attempt);
        replays.table().remove(attempt.connection);
    }

    /** Nothing is played to it any more. */
    void end() {
        attempts.forEach(this::forget);
        attempts = new ArrayList<>();
    }
}
