package dev.conduit.synjitsu.front;

import dev.conduit.synjitsu.tcp.ConnectionTable;
import dev.conduit.synjitsu.tcp.Disposition;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IcmpEcho;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Neighbour;
import dev.conduit.synjitsu.wire.Segment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Answers on one link for the addresses of services that sleep: ARP and neighbour solicitations, echo requests, and TCP by
 * a {@link ConnectionTable}. An address is <em>armed</em> (the front answers), <em>held</em> (a hand-over runs: neighbours
 * and echo are answered, TCP is kept) or <em>released</em> (its guest answers; what still comes to us is passed on).
 *
 * <p>Pure, as the table is: time is an argument, frames to be sent go to the output in order. For one thread.
 */
public final class Responder {

    private static final int ANNOUNCEMENTS = 3;
    private static final long ANNOUNCEMENT_NANOS = 1_000_000_000;

    /** {@code null} on a link of bare IP packets. */
    private final MacAddress mac;
    private final Drops drops;
    private final Consumer<ByteBuffer> output;
    private final ConnectionTable table;
    private final Neighbours neighbours;
    private final Map<IpAddress, Standing> standings = new LinkedHashMap<>();

    private Responder(MacAddress mac, TableOptions options, byte[] secret, TcpEvents events, AddressPolicy policy,
            Drops drops, Consumer<ByteBuffer> output, long now) {
        this.mac = mac;
        this.drops = drops;
        this.output = output;
        table = new ConnectionTable(options, secret, this::send, events, drops, now);
        neighbours = new Neighbours(mac, policy, this::isOurs, drops, output);
    }

    /**
     * A responder for a link of Ethernet frames.
     *
     * @param mac our address on the link; a single station's
     * @param options bounds of its table of connections
     * @param secret key of the table, at least 16 bytes
     * @param events what the table tells to
     * @param policy what to do when others want an address
     * @param drops counts what is dropped
     * @param output where frames go that are to be sent, position 0
     * @param now the time
     * @return without addresses
     * @throws IllegalArgumentException when the MAC is a group's or the secret too short
     */
    public static Responder onEthernet(MacAddress mac, TableOptions options, byte[] secret, TcpEvents events,
            AddressPolicy policy, Drops drops, Consumer<ByteBuffer> output, long now) {
        if (!mac.isUnicast()) {
            throw new IllegalArgumentException("MAC address " + mac + " of the front: a single station's is expected");
        }
        return new Responder(mac, options, secret, events, policy, drops, output, now);
    }

    /**
     * A responder for a link of bare IP packets, like a TUN device: without neighbours, so that nothing is announced and
     * nothing can be passed on after a release.
     *
     * @param options bounds of its table of connections
     * @param secret key of the table, at least 16 bytes
     * @param events what the table tells to
     * @param drops counts what is dropped
     * @param output where packets go that are to be sent, position 0
     * @param now the time
     * @return without addresses
     * @throws IllegalArgumentException when the secret is too short
     */
    public static Responder onIp(TableOptions options, byte[] secret, TcpEvents events, Drops drops,
            Consumer<ByteBuffer> output, long now) {
        return new Responder(null, options, secret, events, AddressPolicy.QUIET, drops, output, now);
    }

    /**
     * The connections. Whoever calls {@link #hold}, {@link #resume} and {@link #release} leaves freezing, thawing and
     * disarming to them.
     *
     * @return the table
     */
    public ConnectionTable table() {
        return table;
    }

    /**
     * Takes an address over, or changes its ports, and announces it.
     *
     * @param address a service's address
     * @param ports its ports
     * @param now the time
     */
    public void arm(IpAddress address, Set<Integer> ports, long now) {
        table.arm(address, ports);
        Standing standing = standings.computeIfAbsent(address, Standing::new);
        standing.guest = null;
        standing.shared = false;
        announce(address, now);
    }

    /**
     * Begins a hand-over: what TCP comes for the address is kept, up to 1024 frames, and nothing is sent.
     *
     * @param address an armed address
     * @throws IllegalArgumentException when it is not
     */
    public void hold(IpAddress address) {
        table.freeze(address);
    }

    /**
     * Goes on after {@link #hold}, with what was kept: the hand-over came to nothing.
     *
     * @param address a held address
     * @param now the time
     * @throws IllegalArgumentException when it is not armed
     */
    public void resume(IpAddress address, long now) {
        table.thaw(address, now);
        standings.get(address).takeKept().forEach(frame -> receive(frame, now));
    }

    /**
     * Gives an address to its guest: its connections are forgotten, what was kept and what comes from now on is passed on to
     * the guest, and neighbours are told.
     *
     * @param address an armed or held address
     * @param guest the guest's MAC
     * @param now the time
     * @throws IllegalArgumentException when the address is unknown
     * @throws IllegalStateException when this link has no MAC addresses; {@link #forget} then
     */
    public void release(IpAddress address, MacAddress guest, long now) {
        if (mac == null) {
            throw new IllegalStateException("this link carries bare IP packets: " + address + " cannot be released to a MAC");
        }
        Standing standing = known(address);
        table.disarm(address);
        standing.guest = guest;
        standing.shared = false;
        standing.takeKept().forEach(frame -> passOn(frame, guest));
        announce(address, now);
    }

    /**
     * Gives an address to its guest, as {@link #release} does, but goes on with the connections that are in the table; all
     * else is passed on. Ends with {@link #release} or {@link #forget}.
     *
     * @param address an armed address
     * @param guest the guest's MAC
     * @param now the time
     * @throws IllegalArgumentException when the address is unknown
     */
    public void share(IpAddress address, MacAddress guest, long now) {
        Standing standing = known(address);
        standing.guest = guest;
        standing.shared = true;
        announce(address, now);
    }

    /**
     * Has nothing to do with an address any more.
     *
     * @param address any
     */
    public void forget(IpAddress address) {
        table.disarm(address);
        standings.remove(address);
    }

    /**
     * Tells the neighbours who has the address: three times, a second apart, the first time at the next {@link #advance}.
     *
     * @param address an address that is armed, held or released
     * @param now the time
     * @throws IllegalArgumentException when the address is unknown
     */
    public void announce(IpAddress address, long now) {
        Standing standing = known(address);
        standing.announcementsLeft = mac == null ? 0 : ANNOUNCEMENTS;
        standing.nextAnnouncement = now;
    }

    /**
     * Asks the link, in nobody's name, who has an address: its guest, if it is up. The answer comes to
     * {@link AddressPolicy#claimed}. A guest that looks at this moment whether the address is free takes the IPv4
     * question for a conflict (RFC 5227).
     *
     * @param address a service's; nothing is asked on a link of bare IP packets
     */
    public void lookFor(IpAddress address) {
        if (mac != null) {
            neighbours.lookFor(address);
        }
    }

    /**
     * Does what is due.
     *
     * @param now the time
     */
    public void advance(long now) {
        for (Standing standing : standings.values()) {
            if (standing.announcementsLeft > 0 && standing.nextAnnouncement - now <= 0) {
                standing.announcementsLeft--;
                standing.nextAnnouncement = now + ANNOUNCEMENT_NANOS;
                neighbours.announce(standing.address, standing.isReleased() ? standing.guest : mac);
            }
        }
        table.advance(now);
    }

    /**
     * When {@link #advance} has something to do.
     *
     * @return the time, which may have passed; empty when nothing waits for time
     */
    public OptionalLong nextTimer() {
        OptionalLong next = table.nextTimer();
        for (Standing standing : standings.values()) {
            if (standing.announcementsLeft > 0
                    && (next.isEmpty() || standing.nextAnnouncement - next.getAsLong() < 0)) {
                next = OptionalLong.of(standing.nextAnnouncement);
            }
        }
        return next;
    }

    /**
     * Takes a frame, or a packet on a link of bare IP packets.
     *
     * @param frame from its position to its limit; not changed, and not used after the call
     * @param now the time
     */
    public void receive(ByteBuffer frame, long now) {
        if (mac == null) {
            receiveIp(frame, null, now);
            return;
        }
        Ethernet ethernet = Ethernet.read(frame, drops);
        if (ethernet == null) {
            return;
        }
        if (ethernet.source().equals(mac)) {
            drops.count(DropReason.BAD_SOURCE);
        } else if (ethernet.type() == Ethernet.ARP) {
            neighbours.arp(ethernet);
        } else if (ethernet.type() == Ethernet.IPV4 || ethernet.type() == Ethernet.IPV6) {
            receiveIp(frame, ethernet, now);
        } else {
            drops.count(DropReason.NOT_UNDERSTOOD);
        }
    }

    /** {@code ethernet} is the frame taken apart, or {@code null} where the frame is the packet. */
    private void receiveIp(ByteBuffer frame, Ethernet ethernet, long now) {
        IpPacket packet = IpPacket.read(ethernet == null ? frame : ethernet.payload(), drops);
        if (packet == null) {
            return;
        }
        Standing standing = standings.get(packet.destination());
        if (standing != null && standing.isReleased()) {
            if (ethernet.destination().equals(mac) && !(standing.shared && isInTable(packet, ethernet, now))) {
                passOn(frame, standing.guest);
            }
        } else if (ethernet != null && Neighbour.isNeighbour(packet)) {
            neighbours.neighbour(packet, ethernet.source());
        } else if (standing == null) {
            drops.count(DropReason.OTHER_ADDRESS);
        } else if (!packet.source().isUnicast()) {
            drops.count(DropReason.BAD_SOURCE);
        } else if (ethernet != null && !ethernet.destination().isUnicast()) {
            drops.count(DropReason.NOT_UNICAST);
        } else if (packet.protocol() == IpPacket.TCP) {
            receiveTcp(frame, standing, packet, ethernet, now);
        } else if (packet.protocol() == IpPacket.ICMP || packet.protocol() == IpPacket.ICMPV6) {
            ByteBuffer reply = IcmpEcho.reply(packet, room(), drops);
            if (reply != null) {
                send(reply, packet.source(), ethernet == null ? null : ethernet.source());
            }
        } else {
            drops.count(DropReason.NOT_UNDERSTOOD);
        }
    }

    private void receiveTcp(ByteBuffer frame, Standing standing, IpPacket packet, Ethernet ethernet, long now) {
        Segment segment = Segment.read(packet, ethernet == null ? Segment.NO_VIA : ethernet.source().bits(), drops);
        if (segment != null && table.receive(segment, now) == Disposition.FROZEN && !standing.keep(frame)) {
            drops.count(DropReason.NOT_KEPT);
        }
    }

    /** Takes a segment of a connection that the guest does not have yet. */
    private boolean isInTable(IpPacket packet, Ethernet ethernet, long now) {
        Segment segment = packet.protocol() == IpPacket.TCP ? Segment.read(packet, ethernet.source().bits(), drops) : null;
        if (segment == null || !table.has(segment)) {
            return false;
        }
        table.receive(segment, now);
        return true;
    }

    private void send(Segment segment) {
        if (mac != null && segment.via() == Segment.NO_VIA) {
            drops.count(DropReason.NO_ROUTE);
        } else {
            send(segment.toPacket(room()), segment.destination(), mac == null ? null : new MacAddress(segment.via()));
        }
    }

    private int room() {
        return mac == null ? 0 : Ethernet.HEADER;
    }

    /** The packet stands behind {@link #room()} bytes. */
    private void send(ByteBuffer frame, IpAddress destination, MacAddress to) {
        if (mac != null) {
            Ethernet.writeHeader(frame, to, mac, destination.isIpv4() ? Ethernet.IPV4 : Ethernet.IPV6);
        }
        output.accept(frame.rewind());
    }

    /** From us, not from the client's MAC: a bridge would look for the client behind our port. */
    private void passOn(ByteBuffer frame, MacAddress guest) {
        ByteBuffer copy = ByteBuffer.allocate(frame.remaining()).put(frame.duplicate());
        int type = copy.getShort(Ethernet.HEADER - Short.BYTES) & 0xffff;
        Ethernet.writeHeader(copy.rewind(), guest, mac, type);
        output.accept(copy.rewind());
    }

    private boolean isOurs(IpAddress address) {
        Standing standing = standings.get(address);
        return standing != null && !standing.isReleased();
    }

    private Standing known(IpAddress address) {
        Standing standing = standings.get(address);
        if (standing == null) {
            throw new IllegalArgumentException("address " + address + " is not known to the front");
        }
        return standing;
    }
}
