package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.namespaces.BadWire;
import dev.conduit.core.namespaces.Namespaces;
import dev.conduit.core.net.FrameLink;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.wire.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * A client's kernel, a guest's, and a front on a port of the bridge between them: three network namespaces. The guest has
 * the service's addresses only from a hand-over on.
 */
final class Lab implements AutoCloseable {

    static final String FOUR = "10.77.0.10";
    static final String SIX = "fd77::10";
    private static final Duration LONG = Duration.ofSeconds(90);

    final Namespaces namespaces = new Namespaces();
    final String clientName;
    final String guestName;
    private final String bridge;
    final FrontLoop front;
    final NamespacedJvm client;
    final NamespacedJvm guest;
    private final String guestMac;
    private BadWire wire;

    /**
     * Makes it.
     *
     * @param server how the guest serves: java or netty
     * @param seed of what a bad link between client and bridge does; null for a good link
     * @param tap whether the front's port of the bridge is a TAP device; else it is a wire with a packet socket at its end
     */
    Lab(String server, Long seed, boolean tap) throws Exception {
        clientName = namespaces.add("c");
        bridge = namespaces.add("b");
        guestName = namespaces.add("g");
        namespaces.ip(bridge, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        namespaces.ip(bridge, "link", "set", "br0", "up");
        if (seed == null) {
            namespaces.wire(bridge, "c0", clientName, "eth0");
        } else {
            wire = new BadWire(tap("c", clientName, "eth0"), tap("w", bridge, "c0"), seed);
        }
        namespaces.wire(bridge, "g0", guestName, "eth0");
        FrameLink link = tap ? tap("f", bridge, "f0") : packets("f", bridge, "f0");
        for (String port : List.of("c0", "g0", "f0")) {
            namespaces.ip(bridge, "link", "set", port, "master", "br0");
        }
        namespaces.ip(clientName, "addr", "add", "10.77.0.1/24", "dev", "eth0");
        namespaces.ip(clientName, "addr", "add", "fd77::1/64", "dev", "eth0", "nodad");
        namespaces.sysctl(guestName, "ipv4/conf/all/rp_filter", "1");
        guestMac = namespaces.in(guestName, "cat", "/sys/class/net/eth0/address").trim();
        front = new FrontLoop(link);
        client = new NamespacedJvm(clientName, ClientMain.class);
        guest = new NamespacedJvm(guestName, GuestMain.class, server);
    }

    private FrameLink tap(String suffix, String namespace, String name) throws IOException {
        FrameLink link = FrameLink.tap(namespaces.unique(suffix));
        namespaces.move(namespaces.unique(suffix), namespace, name);
        return link;
    }

    private FrameLink packets(String suffix, String namespace, String name) throws IOException {
        String here = namespaces.unique(suffix);
        namespaces.ip(namespace, "link", "add", here, "type", "veth", "peer", "name", name);
        namespaces.ip(namespace, "link", "set", name, "up");
        namespaces.bring(namespace, here);
        return FrameLink.on(here);
    }

    /** The service sleeps. */
    void sleep(String address) throws Exception {
        takeAway(address);
        front.mute = false;
        front.deaf = false;
        front.forget(ip(address));
        front.arm(ip(address));
        // Not until the front's announcement has come would the client look for the address anew.
        namespaces.ip(clientName, "neigh", "flush", "dev", "eth0");
    }

    /** The guest loses the address. */
    void takeAway(String address) throws IOException {
        namespaces.ip(guestName, "addr", "flush", "to", address, "dev", "eth0");
    }

    /** Waits until the front has connections that are as they should be. */
    void awaitFront(String address, int count, Predicate<Tcb> each) throws Exception {
        IpAddress ip = ip(address);
        await().atMost(LONG).untilAsserted(() -> assertThat(front.connections(ip))
                .as("connections at the front, which dropped %s", front.drops()).hasSize(count).allMatch(each));
    }

    /** The guest comes up with the address, and prepares all connections. */
    List<Tcb> prepare(String address) throws Exception {
        List<Tcb> frozen = front.hold(ip(address));
        if (address.contains(":")) {
            // Until duplicate address detection is over, nothing can be bound to an address.
            namespaces.ip(guestName, "addr", "add", address + "/64", "dev", "eth0", "nodad");
        } else {
            namespaces.ip(guestName, "addr", "add", address + "/24", "dev", "eth0");
        }
        for (int i = 0; i < frozen.size(); i++) {
            guest.tell("prepare", i, TcbLine.format(frozen.get(i)));
        }
        return frozen;
    }

    /** The guest has the connections, and the front passes on what still comes to it. */
    void commit(String address, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            guest.tell("activate", i);
        }
        front.release(ip(address), guestMac);
        guest.tell("announce", "eth0", address);
    }

    static IpAddress ip(String address) throws IOException {
        return IpAddress.of(InetAddress.getByName(address));
    }

    @Override
    public void close() throws IOException {
        client.close();
        guest.close();
        front.close();
        if (wire != null) {
            wire.close();
        }
        namespaces.close();
    }
}
