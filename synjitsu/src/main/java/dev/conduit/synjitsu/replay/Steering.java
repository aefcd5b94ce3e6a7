package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.wire.ArpPacket;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.Ethernet;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.IpPacket;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.synjitsu.wire.Neighbour;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Keeps the front between a guest and those of its neighbours that have replayed connections: each of the two is told, and
 * nobody else, that the other one is at the front's MAC. It is told as a question that comes from the other one, which every
 * host believes at once (RFC 826; RFC 4861, 7.2.3), again whenever one of them has asked for the other, and from
 * time to time. When the last of the connections ends, both are told the truth.
 */
final class Steering {

    private static final long AGAIN_NANOS = 15_000_000_000L;
    /** Least time between, whatever is heard. */
    private static final long PAUSE_NANOS = 50_000_000L;
    private static final int MOST_NEIGHBOURS = 4096;

    private record Pair(IpAddress service, IpAddress neighbour) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int order = neighbour.compareTo(other.neighbour);
            return order != 0 ? order : service.compareTo(other.service);
        }
    }

    private static final class Steered {
        private final MacAddress neighbour;
        private final MacAddress guest;
        private boolean router;
        private int connections;

        Steered(MacAddress neighbour, MacAddress guest) {
            this.neighbour = neighbour;
            this.guest = guest;
        }
    }

    private final MacAddress mac;
    private final Consumer<ByteBuffer> output;
    private final Drops drops = new Drops();
    private final Map<Pair, Steered> steered = new TreeMap<>();
    /** Who has asked for a service, by MAC and family: a client beyond a router is steered by the router. */
    private final Map<Long, IpAddress> neighbours = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, IpAddress> eldest) {
            return size() > MOST_NEIGHBOURS;
        }
    };
    /** The routers that connections began by, so that they end by the same. */
    private final Map<Pair, IpAddress> routers = new TreeMap<>();
    private long again;
    private long told;

    Steering(MacAddress mac, Consumer<ByteBuffer> output, long now) {
        told = now - PAUSE_NANOS;
        again = now;
        this.mac = mac;
        this.output = output;
    }

    /** One more connection of this client. */
    void hold(IpAddress service, IpAddress client, MacAddress via, MacAddress guest) {
        Pair pair = new Pair(service, client);
        IpAddress router = neighbours.get(key(via, client));
        if (!steered.containsKey(pair) && router != null && !router.equals(client)) {
            routers.put(pair, router);
        }
        hold(pair, via, guest, false);
        if (routers.containsKey(pair)) {
            hold(new Pair(service, routers.get(pair)), via, guest, true);
        }
    }

    private void hold(Pair pair, MacAddress neighbour, MacAddress guest, boolean router) {
        Steered known = steered.get(pair);
        if (known == null) {
            known = new Steered(neighbour, guest);
            steered.put(pair, known);
            tell(pair, known, true);
        }
        known.router |= router;
        known.connections++;
    }

    /** One less. */
    void leave(IpAddress service, IpAddress client) {
        Pair pair = new Pair(service, client);
        boolean last = leave(pair);
        IpAddress router = last ? routers.remove(pair) : routers.get(pair);
        if (router != null) {
            leave(new Pair(service, router));
        }
    }

    private boolean leave(Pair pair) {
        Steered known = steered.get(pair);
        if (known != null && --known.connections == 0) {
            steered.remove(pair);
            tell(pair, known, false);
            return true;
        }
        return false;
    }

    private static long key(MacAddress via, IpAddress family) {
        return via.bits() << 1 | (family.isIpv4() ? 1 : 0);
    }

    /** Where the guest's own frames for an address go; {@code null} when that is not known. */
    MacAddress towards(IpAddress service, IpAddress destination) {
        Steered known = steered.get(new Pair(service, destination));
        if (known != null) {
            return known.neighbour;
        }
        for (Map.Entry<Pair, Steered> entry : steered.entrySet()) {
            if (entry.getValue().router && entry.getKey().service().equals(service)) {
                return entry.getValue().neighbour;
            }
        }
        return null;
    }

    long nextTimer() {
        return steered.isEmpty() ? Long.MAX_VALUE : again;
    }

    void advance(long now) {
        if (!steered.isEmpty() && again - now <= 0) {
            told = now;
            again = now + AGAIN_NANOS;
            steered.forEach((pair, known) -> tell(pair, known, true));
        }
    }

    /** Somebody may have said the truth to all. */
    void tellAgain(long now) {
        again = now - told - PAUSE_NANOS < 0 ? told + PAUSE_NANOS : now;
    }

    private void tell(Pair pair, Steered known, boolean ours) {
        ask(pair.neighbour(), ours ? mac : known.neighbour, pair.service(), known.guest);
        ask(pair.service(), ours ? mac : known.guest, pair.neighbour(), known.neighbour);
    }

    /** A question to the one who has {@code target}, by which it learns who {@code sender} is at. */
    private void ask(IpAddress sender, MacAddress senderMac, IpAddress target, MacAddress to) {
        if (sender.isIpv4()) {
            arp(new ArpPacket(ArpPacket.REQUEST, senderMac, sender, new MacAddress(0), target), to);
        } else {
            output.accept(Neighbour.solicitation(sender, senderMac, target, to, mac));
        }
    }

    private void arp(ArpPacket packet, MacAddress to) {
        ByteBuffer frame = ByteBuffer.allocate(Ethernet.HEADER + ArpPacket.LENGTH);
        Ethernet.writeHeader(frame, to, mac, Ethernet.ARP);
        packet.write(frame);
        output.accept(frame.flip());
    }

    /** Hears what neighbours ask and say; answers what only the front can. {@code serves}: it is about a replayed service. */
    void arp(Ethernet frame, Predicate<IpAddress> serves, long now) {
        ArpPacket packet = ArpPacket.read(frame.payload(), drops);
        if (packet == null || packet.isProbe() || packet.senderMac().equals(mac)) {
            return;
        }
        if (serves.test(packet.target())) {
            neighbours.put(key(packet.senderMac(), packet.sender()), packet.sender());
        }
        if (packet.operation() == ArpPacket.REQUEST && asked(frame, packet.sender(), packet.target(), serves, now)) {
            arp(packet.reply(mac), frame.source());
        }
    }

    void neighbour(Ethernet frame, IpPacket packet, Predicate<IpAddress> serves, long now) {
        Neighbour message = Neighbour.read(packet, drops);
        if (message == null || message.isProbe()) {
            return;
        }
        if (message.solicitation()) {
            if (serves.test(message.target())) {
                neighbours.put(key(frame.source(), message.target()), message.source());
            }
            if (asked(frame, message.source(), message.target(), serves, now)) {
                output.accept(message.reply(frame.source(), mac, mac));
            }
        } else if (!frame.destination().equals(mac) && serves.test(message.target())) {
            tellAgain(now);
        }
    }

    /** Whether one of a pair asks for the other one at the front's own MAC, and wants an answer. */
    private boolean asked(Ethernet frame, IpAddress sender, IpAddress target, Predicate<IpAddress> serves, long now) {
        Pair pair = new Pair(target, sender);
        Steered known = steered.get(pair);
        if (known == null) {
            pair = new Pair(sender, target);
            known = steered.get(pair);
        }
        boolean toUs = frame.destination().equals(mac);
        if (known != null && !toUs) {
            // Who was asked answers, too. On Linux the first answer stands for a second, but a question always counts.
            tell(pair, known, true);
        } else if (!toUs && serves.test(sender)) {
            tellAgain(now);
        }
        return known != null;
    }
}
