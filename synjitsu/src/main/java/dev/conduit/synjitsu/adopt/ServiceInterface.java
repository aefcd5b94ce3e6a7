package dev.conduit.synjitsu.adopt;

import dev.conduit.core.net.Rtnetlink;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a service's addresses are to be. Until the hand-over they are on the loopback interface, where the kernel has them
 * and neighbours do not see them; with it, on the device. Needs CAP_NET_ADMIN and CAP_NET_RAW.
 *
 * @param device the guest's interface, such as {@code eth0}; it is up
 * @param addresses the service's, each with the length of its network's prefix
 */
public record ServiceInterface(String device, List<Address> addresses) {

    private static final String LOOPBACK = "lo";
    /** Of a route that gives way to every other one to the same network. */
    private static final int METRIC = 4096;

    /**
     * An address in its network.
     *
     * @param address it
     * @param prefix bits of the network's prefix
     */
    public record Address(InetAddress address, int prefix) {

        /**
         * Reads one.
         *
         * @param text such as {@code 10.9.0.10/24} or {@code fd09::10/64}
         * @return the address
         * @throws IllegalArgumentException when it is none; one line that says so
         */
        public static Address parse(String text) {
            String[] parts = text.split("/", -1);
            // Only literals: a name would be looked up.
            if (parts.length == 2 && parts[0].matches("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")
                    && parts[1].matches("[0-9]{1,3}")) {
                try {
                    InetAddress address = InetAddress.getByName(parts[0]);
                    int prefix = Integer.parseInt(parts[1]);
                    if (prefix >= 1 && prefix <= address.getAddress().length * Byte.SIZE) {
                        return new Address(address, prefix);
                    }
                } catch (UnknownHostException none) {
                    // Said below.
                }
            }
            throw new IllegalArgumentException("'" + text + "' is not an address with its prefix, such as 10.9.0.10/24");
        }

        /** Of a network that it is alone in. */
        private int alone() {
            return address.getAddress().length * Byte.SIZE;
        }

        @Override
        public String toString() {
            return address.getHostAddress() + "/" + prefix;
        }
    }

    /**
     * Puts the addresses where this kernel has them and neighbours do not see them, with the way to their networks. Blocks.
     *
     * @throws IOException when the device or a right is missing; one line that says so
     */
    void hide() throws IOException {
        // No answers by ARP for what is on the loopback interface; IPv6 gives none anyway.
        Path setting = Path.of("/proc/sys/net/ipv4/conf", device, "arp_ignore");
        try {
            Files.writeString(setting, "1");
        } catch (IOException e) {
            throw new IOException("cannot hide addresses from neighbours of '" + device + "': " + e, e);
        }
        try (Rtnetlink kernel = Rtnetlink.open()) {
            for (Address each : addresses) {
                kernel.putAddress(LOOPBACK, each.address(), each.alone());
                kernel.putRoute(device, each.address(), each.prefix(), METRIC);
            }
        }
    }

    /** Puts the addresses on the device, tells the neighbours, and hides nothing any more. Blocks. */
    void takeUp() throws IOException {
        put();
        announce();
        try (Rtnetlink kernel = Rtnetlink.open()) {
            for (Address each : addresses) {
                kernel.removeAddress(LOOPBACK, each.address(), each.alone());
            }
        }
    }

    /**
     * Puts the addresses on the device; neighbours are not told, but answered. Those of IPv6 are not looked for elsewhere: they
     * are the service's alone, and looking would take a second. Blocks.
     *
     * @throws IOException when the device or a right is missing; one line that says so
     */
    public void put() throws IOException {
        try (Rtnetlink kernel = Rtnetlink.open()) {
            for (Address each : addresses) {
                kernel.putAddress(device, each.address(), each.prefix());
            }
        }
    }

    /**
     * Tells the neighbours that the addresses are here. Blocks.
     *
     * @throws IOException when the device has no Ethernet, or is down
     */
    public void announce() throws IOException {
        Announcement.send(device, addresses.stream().map(Address::address).toList());
    }

    /**
     * Takes those of the addresses away that are on the device. Blocks.
     *
     * @throws IOException when a right is missing; one line that says so
     */
    public void remove() throws IOException {
        try (Rtnetlink kernel = Rtnetlink.open()) {
            for (Address each : addresses) {
                kernel.removeAddress(device, each.address(), each.prefix());
            }
        }
    }
}
