package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The connections of services that sleep: the passive side of TCP, which answers SYNs, keeps what clients send, and gives
 * each connection away as a {@link Tcb}. It never sends data and never closes first; it sends SYN-ACKs, ACKs and RSTs.
 *
 * <p>Pure: it neither reads clocks nor sends. Time is an argument, in nanoseconds of a clock that never goes back, like
 * {@link System#nanoTime()}. What is to be sent goes to the output in the order of sending; who keeps connections in a
 * safe place writes those of {@link #takeChanged()} there before anything of that turn leaves. For one thread; nothing
 * blocks, and no segment makes anything but a programming error throw.
 */
public final class ConnectionTable {

    private static final long FIRST_RETRY_NANOS = 1_000_000_000;

    private final TableOptions options;
    private final TcpEvents events;
    private final Drops drops;
    private final Answers answers;
    private final SegmentArrives arrives;
    private final Handshakes handshakes;
    private final long idleNanos;

    private final Map<IpAddress, ArmedAddress> addresses = new HashMap<>();
    private final Map<ConnectionKey, Connection> connections = new HashMap<>();
    private final Map<IpAddress, Source> sources = new HashMap<>();
    private final Timers timers = new Timers();
    private List<Connection> changed = new ArrayList<>();
    private int halfOpen;
    private long bufferedBytes;

    /**
     * A table without addresses.
     *
     * @param options its bounds
     * @param secret key of sequence numbers, timestamps and cookies: at least 16 bytes that nobody can know; a front that
     *     takes over another's connections needs the same, for the cookies that are out
     * @param output where segments go that are to be sent
     * @param events what is told to
     * @param drops counts what is dropped
     * @param now the time
     * @throws IllegalArgumentException when the secret is too short
     */
    public ConnectionTable(TableOptions options, byte[] secret, Consumer<Segment> output, TcpEvents events, Drops drops,
            long now) {
        this.options = options;
        this.events = events;
        this.drops = drops;
        answers = new Answers(options.mtu, output);
        arrives = new SegmentArrives(answers, this, drops);
        idleNanos = options.idle.toNanos();
        handshakes = new Handshakes(this, options, new KeyedHash(secret), answers, arrives, drops, now);
    }

    /**
     * Answers for an address from now on. Of one that is armed already, changes the ports.
     *
     * @param address the service's address
     * @param ports its ports, 1 to 65535; others are refused with a reset
     */
    public void arm(IpAddress address, Set<Integer> ports) {
        for (int port : ports) {
            if (port < 1 || port > 0xffff) {
                throw new IllegalArgumentException("port " + port + " of " + address + ": 1 to 65535 are expected");
            }
        }
        addresses.computeIfAbsent(address, ArmedAddress::new).declare(ports);
    }

    /**
     * Answers no more for an address. Its connections are forgotten, without a word to their clients.
     *
     * @param address one that is armed, or not
     */
    public void disarm(IpAddress address) {
        if (addresses.containsKey(address)) {
            connections(address).forEach(this::remove);
            addresses.remove(address);
        }
    }

    /**
     * Stops everything for an address: segments change nothing, timers do not run. For a hand-over.
     *
     * @param address one that is armed
     * @throws IllegalArgumentException when it is not
     */
    public void freeze(IpAddress address) {
        armed(address).frozen = true;
        connections(address).forEach(timers::cancel);
    }

    /**
     * Goes on after {@link #freeze}; a hand-over came to nothing.
     *
     * @param address one that is armed
     * @param now the time
     * @throws IllegalArgumentException when it is not
     */
    public void thaw(IpAddress address, long now) {
        ArmedAddress armed = armed(address);
        if (armed.frozen) {
            armed.frozen = false;
            for (Connection connection : connections(address)) {
                connection.lastHeard = now;
                schedule(connection, now);
            }
        }
    }

    /**
     * Takes a segment.
     *
     * @param segment from a client; its checksum is right
     * @param now the time
     * @return whether it is done with
     */
    public Disposition receive(Segment segment, long now) {
        ArmedAddress home = addresses.get(segment.destination());
        if (home == null) {
            drops.count(DropReason.OTHER_ADDRESS);
            return Disposition.OTHER_ADDRESS;
        }
        if (home.frozen) {
            return Disposition.FROZEN;
        }
        if (!segment.source().isUnicast() || segment.source().equals(segment.destination())) {
            drops.count(DropReason.BAD_SOURCE);
            return Disposition.HANDLED;
        }
        Connection connection = connections.get(ConnectionKey.of(segment));
        if (connection != null) {
            arrives.at(connection, segment, now);
        } else if (segment.has(Segment.RST)) {
            drops.count(DropReason.BAD_SEQUENCE);
        } else if (!home.declares(segment.destinationPort())) {
            answers.refuse(segment);
        } else if (segment.has(Segment.ACK)) {
            handshakes.takeCookie(home, null, segment, now);
        } else if (segment.has(Segment.SYN) && !segment.has(Segment.FIN)) {
            handshakes.begin(home, segment, now);
        } else {
            drops.count(DropReason.BAD_FLAGS);
        }
        return Disposition.HANDLED;
    }

    /**
     * Does what is due: sends SYN-ACKs again, and ends what waited for too long.
     *
     * @param now the time
     */
    public void advance(long now) {
        for (Connection due = timers.first(); due != null && due.deadline - now <= 0; due = timers.first()) {
            if (!due.isHalfOpen()) {
                if (now - due.lastHeard < idleNanos) {
                    schedule(due, due.lastHeard);
                } else {
                    answers.reset(due);
                    close(due, CloseReason.IDLE);
                }
            } else if (due.synAcksSent > options.synAckRetries) {
                close(due, CloseReason.HANDSHAKE_EXPIRED);
            } else {
                answers.synAck(due, now);
                due.synAcksSent++;
                schedule(due, now);
            }
        }
    }

    /**
     * When {@link #advance} has something to do.
     *
     * @return the time, which may have passed; empty when nothing waits for time
     */
    public OptionalLong nextTimer() {
        Connection first = timers.first();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.deadline);
    }

    /**
     * The connections that are not as they were when this was asked the last time, as far as a {@link Tcb} tells: new ones,
     * those that went on, and those that are not open any more. A timestamp alone is no change.
     *
     * @return each of them once
     */
    public List<Connection> takeChanged() {
        List<Connection> taken = changed;
        taken.forEach(connection -> connection.changed = false);
        changed = new ArrayList<>();
        return taken;
    }

    /**
     * The connections of an address.
     *
     * @param address any
     * @return a new list, in no order
     */
    public List<Connection> connections(IpAddress address) {
        List<Connection> found = new ArrayList<>();
        for (Connection connection : connections.values()) {
            if (connection.local().equals(address)) {
                found.add(connection);
            }
        }
        return found;
    }

    /**
     * Everything that another side needs to go on with a connection.
     *
     * @param connection one of this table's
     * @param now the time
     * @return its state now; the data is a copy
     */
    public Tcb snapshot(Connection connection, long now) {
        return connection.toTcb(now);
    }

    /**
     * Makes a connection anew. Bounds do not hold for it: its client was promised it.
     *
     * @param tcb its state, of an armed address. {@link Tcb#ourTimestamp()} is what the timestamp clock shows now: who keeps
     *     a state for some time adds the milliseconds that went by
     * @param via its {@link Connection#via()}, or {@link Segment#NO_VIA}
     * @param now the time
     * @return the connection
     * @throws IllegalArgumentException when its address is not armed, or it is there already
     */
    public Connection restore(Tcb tcb, long via, long now) {
        IpAddress remote = IpAddress.of(tcb.remote().getAddress());
        ArmedAddress home = armed(IpAddress.of(tcb.local().getAddress()));
        ConnectionKey key = new ConnectionKey(home.address, remote, tcb.local().getPort(), tcb.remote().getPort());
        if (connections.containsKey(key)) {
            throw new IllegalArgumentException("connection " + connections.get(key) + " is there already");
        }
        Connection connection = new Connection(key, home, now);
        connection.take(tcb, options.window, now);
        connection.via = via;
        connection.synAcksSent = 1;
        bufferedBytes += connection.buffer == null ? 0 : connection.buffer.capacity();
        handshakes.hasPredecessor();
        add(connection, now);
        return connection;
    }

    /**
     * Forgets a connection without a word to its client: somebody else has it.
     *
     * @param connection one of this table's; nothing happens when it is not open any more
     */
    public void remove(Connection connection) {
        if (connection.open) {
            changed(connection);
            connection.open = false;
            timers.cancel(connection);
            connections.remove(connection.key);
            count(connection, -1);
            bufferedBytes -= connection.buffer == null ? 0 : connection.buffer.capacity();
            if (connection.source.connections == 0) {
                sources.remove(connection.remote().source());
            }
        }
    }

    /**
     * Ends a connection and tells its client: its service will not come.
     *
     * @param connection one of this table's; nothing happens when it is not open any more
     */
    public void reset(Connection connection) {
        if (connection.open) {
            answers.reset(connection);
            remove(connection);
        }
    }

    /**
     * Whether a segment belongs to a connection of the table.
     *
     * @param segment from a client
     * @return whether {@link #receive} has one for it
     */
    public boolean has(Segment segment) {
        return connections.containsKey(ConnectionKey.of(segment));
    }

    /**
     * How many connections there are.
     *
     * @return half-open ones included
     */
    public int size() {
        return connections.size();
    }

    /**
     * How many connections are half open.
     *
     * @return at most {@link #size()}
     */
    public int halfOpen() {
        return halfOpen;
    }

    /**
     * How much memory there is for data.
     *
     * @return bytes
     */
    public long bufferedBytes() {
        return bufferedBytes;
    }

    /** How many sources have connections. */
    int sources() {
        return sources.size();
    }

    TcpEvents events() {
        return events;
    }

    void changed(Connection connection) {
        if (!connection.changed) {
            connection.changed = true;
            changed.add(connection);
        }
    }

    /** Whether so much more memory for data is within the bound. */
    boolean hasBytes(int more) {
        return more == 0 || bufferedBytes + more <= options.bufferedBytes;
    }

    void countBytes(int more) {
        bufferedBytes += more;
    }

    void establish(Connection connection, long now) {
        count(connection, -1);
        connection.state = TcpState.ESTABLISHED;
        count(connection, 1);
        connection.lastHeard = now;
        schedule(connection, now);
        changed(connection);
        events.established(connection);
    }

    void acknowledgedOtherwise(Connection halfOpen, Segment segment, long now) {
        handshakes.takeCookie(halfOpen.home, halfOpen, segment, now);
    }

    void close(Connection connection, CloseReason reason) {
        remove(connection);
        events.closed(connection, reason);
    }

    /** Whether the bounds allow one more connection from there. */
    boolean hasRoomFor(IpAddress client) {
        Source source = sources.get(client.source());
        return connections.size() < options.connections
                && (source == null || source.connections < options.connectionsPerSource);
    }

    /** Whether it may be half open, too. */
    boolean hasRoomForHalfOpen(IpAddress client) {
        Source source = sources.get(client.source());
        return halfOpen < options.halfOpen && options.halfOpenPerSource > (source == null ? 0 : source.halfOpen);
    }

    /** From now on there is this connection; room was asked for before. */
    void add(Connection connection, long now) {
        connections.put(connection.key, connection);
        connection.source = sources.computeIfAbsent(connection.remote().source(), unknown -> new Source());
        count(connection, 1);
        changed(connection);
        schedule(connection, now);
    }

    private void count(Connection connection, int by) {
        connection.source.connections += by;
        if (connection.isHalfOpen()) {
            halfOpen += by;
            connection.source.halfOpen += by;
        }
    }

    /** The one deadline that a connection has: the next SYN-ACK (RFC 6298, 2.1 and 5.5), or the end of its client's silence. */
    private void schedule(Connection connection, long from) {
        if (!connection.home.frozen) {
            timers.schedule(connection, from + (connection.isHalfOpen()
                    ? FIRST_RETRY_NANOS << Math.max(0, connection.synAcksSent - 1) : idleNanos));
        }
    }

    private ArmedAddress armed(IpAddress address) {
        ArmedAddress armed = addresses.get(address);
        if (armed == null) {
            throw new IllegalArgumentException("address " + address + " is not armed");
        }
        return armed;
    }
}
