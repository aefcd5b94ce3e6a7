package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.tcp.ConnectionTable;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Neighbour;
import dev.conduit.synjitsu.wire.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All connections on a link that are played to guests. Sees each frame before anybody else: translates those of its
 * connections, and passes on what else its steering brings to the front. Pure, like the table. For the front's thread.
 */
public final class Replays {

    private static final int LARGEST_FRAME = 1 << 17;
    private static final long SWEEP_NANOS = 100_000_000L;

    private final MacAddress mac;
    private final int mtu;
    private final ConnectionTable table;
    private final Consumer<ByteBuffer> output;
    private final Consumer<ByteBuffer> direct;
    private final Steering steering;
    private final RawSegment segment = new RawSegment();
    private final IcmpError icmpError = new IcmpError();
    /** For a segment that a timestamp is added to. */
    private final ByteBuffer larger = ByteBuffer.allocateDirect(LARGEST_FRAME);
    private final Drops drops = new Drops();
    private final Set<IpAddress> served = new HashSet<>();
    private final Map<IpAddress, Guest> guests = new TreeMap<>();
    private final Map<Flow, ReplayedConnection> fromClients = new HashMap<>();
    private final Map<Flow, ReplayedConnection> fromGuests = new HashMap<>();
    private final Set<ReplayedConnection> changed = new HashSet<>();
    private long sweep;

    /**
     * None yet.
     *
     * @param mac the front's own on the link
     * @param mtu of the link, in bytes
     * @param table has the connections until their guest has answered
     * @param output where frames go that wait for what changed to be written
     * @param direct where translated frames go, at once: mostly the same buffer that was received
     * @param now the time
     */
    public Replays(MacAddress mac, int mtu, ConnectionTable table, Consumer<ByteBuffer> output,
            Consumer<ByteBuffer> direct, long now) {
        this.mac = mac;
        this.mtu = mtu;
        this.table = table;
        this.output = output;
        this.direct = direct;
        steering = new Steering(mac, output, now);
    }

    ConnectionTable table() {
        return table;
    }

    Steering steering() {
        return steering;
    }

    int mtu() {
        return mtu;
    }

    /**
     * Begins to listen who asks for an address.
     *
     * @param service a service's
     */
    public void serve(IpAddress service) {
        served.add(service);
    }

    /**
     * A guest has come up.
     *
     * @param addresses what it has
     * @param guestMac where
     * @return it, without connections
     */
    public Guest guest(List<IpAddress> addresses, MacAddress guestMac) {
        Guest guest = new Guest(guestMac, this);
        addresses.forEach(address -> guests.put(address, guest));
        return guest;
    }

    /**
     * A guest is gone: clients of connections that it had are told.
     *
     * @param addresses what it had
     */
    public void end(List<IpAddress> addresses) {
        for (IpAddress address : addresses) {
            Guest guest = guests.remove(address);
            if (guest != null) {
                guest.end();
            }
        }
        for (ReplayedConnection connection : List.copyOf(fromClients.values())) {
            if (addresses.contains(connection.local())) {
                connection.refuse();
                remove(connection);
            }
        }
    }

    /**
     * How many connections of an address are translated.
     *
     * @param service the address
     * @return 0 or more
     */
    public int count(IpAddress service) {
        return (int) fromClients.values().stream().filter(connection -> connection.local().equals(service)).count();
    }

    /** The guest has answered; nothing goes out before it is written and confirmed. */
    void begin(Tcb tcb, Offsets offsets, int synAckWindow, MacAddress client, long now) {
        put(new ReplayedConnection(tcb, offsets, Ends.NONE, synAckWindow, client, this::send, now), now);
    }

    /**
     * Goes on with a connection of an earlier front, which is as it was written.
     *
     * @param tcb how it was when it was written last
     * @param offsets what is translated
     * @param ends what was written of its end
     * @param client who its client is reached by
     * @param now the time
     * @return it, confirmed
     */
    public ReplayedConnection restore(Tcb tcb, Offsets offsets, Ends ends, MacAddress client, long now) {
        ReplayedConnection connection = new ReplayedConnection(tcb, offsets, ends, -1, client, this::send, now);
        put(connection, now);
        changed.remove(connection);
        connection.confirm(now);
        return connection;
    }

    private void put(ReplayedConnection connection, long now) {
        fromClients.put(connection.fromClient(), connection);
        fromGuests.put(connection.fromGuest(), connection);
        steering.hold(connection.local(), connection.remote(), connection.client(), connection.offsets().guest());
        changed.add(connection);
        sweep = now + SWEEP_NANOS;
    }

    private void remove(ReplayedConnection connection) {
        fromClients.remove(connection.fromClient());
        fromGuests.remove(connection.fromGuest());
        steering.leave(connection.local(), connection.remote());
        changed.add(connection);
    }

    /**
     * The connections that are to be written, or that have ended, since this was asked the last time.
     *
     * @return each of them once
     */
    public List<ReplayedConnection> takeChanged() {
        List<ReplayedConnection> taken = new ArrayList<>(changed);
        changed.clear();
        return taken;
    }

    /**
     * It was written: from now on it is translated.
     *
     * @param connection one of {@link #takeChanged}
     * @param now the time
     */
    public void confirm(ReplayedConnection connection, long now) {
        connection.confirm(now);
    }

    /**
     * Neighbours may have been told the truth: they are told otherwise with the next {@link #advance}.
     *
     * @param now the time
     */
    public void steer(long now) {
        steering.tellAgain(now);
    }

    /**
     * Does what is due.
     *
     * @param now the time
     */
    public void advance(long now) {
        guests.values().forEach(guest -> guest.advance(now));
        steering.advance(now);
        if (fromClients.isEmpty() || sweep - now > 0) {
            return;
        }
        sweep = now + SWEEP_NANOS;
        for (ReplayedConnection connection : List.copyOf(fromClients.values())) {
            if (connection.advance(now)) {
                changed.add(connection);
            }
            if (!connection.isOpen()) {
                remove(connection);
            }
        }
    }

    /**
     * When {@link #advance} has something to do.
     *
     * @return the time; {@link Long#MAX_VALUE} when nothing waits for time
     */
    public long nextTimer() {
        long next = steering.nextTimer();
        for (Guest guest : guests.values()) {
            next = sooner(next, guest.next());
        }
        return fromClients.isEmpty() ? next : sooner(next, sweep);
    }

    private static long sooner(long a, long b) {
        return b == Long.MAX_VALUE || a != Long.MAX_VALUE && a - b <= 0 ? a : b;
    }

    /**
     * Takes a frame.
     *
     * @param frame from position 0 to its limit; changed when it is passed on
     * @param now the time
     * @return false when it is left to others, unchanged
     */
    public boolean receive(ByteBuffer frame, long now) {
        if (served.isEmpty() || frame.limit() < Ethernet.HEADER) {
            return false;
        }
        boolean ours = frame.getLong(0) >>> 16 == mac.bits();
        if (ours && segment.read(frame, Ethernet.HEADER)) {
            ReplayedConnection connection = fromClients.get(segment.flow);
            if (connection != null && !connection.isFollowedBy(segment)) {
                if (connection.passFromClient(segment, now)) {
                    passOn(frame, connection.offsets().guest());
                }
                return true;
            }
            if (connection != null) {
                connection.end();
                remove(connection);
                return false;
            }
            connection = fromGuests.get(segment.flow);
            if (connection != null) {
                if (connection.passFromGuest(segment, now)) {
                    boolean adds = connection.addsTimestamps();
                    if (adds) {
                        connection.copyWithTimestamp(segment, larger, now);
                    }
                    passOn(adds ? larger : frame, connection.client());
                }
                return true;
            }
        }
        return others(frame, ours, now);
    }

    private boolean others(ByteBuffer frame, boolean ours, long now) {
        Ethernet ethernet = Ethernet.read(frame, drops);
        if (ethernet == null || ethernet.source().equals(mac)) {
            return false;
        }
        if (ethernet.type() == Ethernet.ARP) {
            steering.arp(ethernet, served::contains, now);
            return false;
        }
        if (!ours && ethernet.type() != Ethernet.IPV6 || guests.isEmpty() && ethernet.type() != Ethernet.IPV6) {
            return false;
        }
        IpPacket packet = IpPacket.read(ethernet.payload(), drops);
        if (packet == null) {
            return false;
        }
        if (Neighbour.isNeighbour(packet)) {
            steering.neighbour(ethernet, packet, served::contains, now);
            return false;
        }
        Guest told = guests.get(packet.destination());
        if (ours && told != null && IcmpError.is(packet)) {
            tell(told, frame, packet);
            return true;
        }
        Guest guest = guests.get(packet.source());
        return ours && guest != null && ethernet.source().equals(guest.mac()) && fromGuest(frame, packet, guest, now);
    }

    private boolean fromGuest(ByteBuffer frame, IpPacket packet, Guest guest, long now) {
        if (packet.protocol() == IpPacket.TCP) {
            Segment read = Segment.read(packet, guest.mac().bits(), drops);
            if (read == null || guest.receive(Flow.of(read.source(), read.sourcePort(), read.destination(),
                    read.destinationPort()), read, now)) {
                return true;
            }
        }
        MacAddress to = steering.towards(packet.source(), packet.destination());
        if (to != null) {
            passOn(frame, to);
        }
        return true;
    }

    /** A router's error comes to the front when that router is told that the guest is here, also about what is not translated. */
    private void tell(Guest guest, ByteBuffer frame, IpPacket error) {
        ReplayedConnection about = icmpError.quotesTcp(error) ? fromGuests.get(icmpError.flow) : null;
        if (about != null) {
            icmpError.addToSequence(-about.offsets().sequence());
        }
        passOn(frame, guest.mac());
    }

    private void passOn(ByteBuffer frame, MacAddress to) {
        frame.putShort(0, (short) (to.bits() >>> 32)).putInt(2, (int) to.bits());
        frame.putShort(6, (short) (mac.bits() >>> 32)).putInt(8, (int) mac.bits());
        direct.accept(frame);
    }

    void send(Segment sent) {
        ByteBuffer frame = sent.toPacket(Ethernet.HEADER);
        Ethernet.writeHeader(frame.rewind(), new MacAddress(sent.via()), mac,
                sent.destination().isIpv4() ? Ethernet.IPV4 : Ethernet.IPV6);
        output.accept(frame.rewind());
    }
}
