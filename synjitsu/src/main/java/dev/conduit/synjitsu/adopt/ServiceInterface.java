package dev.conduit.synjitsu.adopt;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where a service's addresses are to be. Until the hand-over they are on the loopback interface, where the kernel has them
 * and neighbours do not see them; with it, on the device. Needs CAP_NET_ADMIN, CAP_NET_RAW and the program {@code ip}.
 *
 * @param device the guest's interface, such as {@code eth0}; it is up
 * @param addresses the service's, each with the length of its network's prefix
 */
public record ServiceInterface(String device, List<Address> addresses) {

    private static final String LOOPBACK = "lo";
    /** Of a route that gives way to every other one to the same network. */
    private static final String METRIC = "4096";
    private static final long PATIENCE_SECONDS = 30;

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

        /** The address with nothing but its prefix. */
        private String network() {
            byte[] bytes = address.getAddress();
            for (int bit = prefix; bit < bytes.length * Byte.SIZE; bit++) {
                bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
            }
            try {
                return InetAddress.getByAddress(bytes).getHostAddress();
            } catch (UnknownHostException impossible) {
                throw new IllegalStateException(impossible);
            }
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
        for (Address each : addresses) {
            String address = each.address().getHostAddress();
            run(List.of("ip", "address", "replace", address, "dev", LOOPBACK));
            run(List.of("ip", "route", "replace", each.network() + "/" + each.prefix(), "dev", device, "src", address,
                    "metric", METRIC));
        }
    }

    /** Puts the addresses on the device, tells the neighbours, and hides nothing any more. Blocks. */
    void takeUp() throws IOException {
        put();
        announce();
        remove(LOOPBACK);
    }

    /**
     * Puts the addresses on the device; neighbours are not told, but answered. Blocks.
     *
     * @throws IOException when the device or a right is missing; one line that says so
     */
    public void put() throws IOException {
        for (Address each : addresses) {
            List<String> command = new ArrayList<>(List.of("ip", "address", "replace", each.toString(), "dev", device));
            if (!(each.address() instanceof Inet4Address)) {
                // The address is the service's alone; checking for others would take a second.
                command.add("nodad");
            }
            run(command);
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
     * @throws IOException when the device or a right is missing; one line that says so
     */
    public void remove() throws IOException {
        remove(device);
    }

    private void remove(String from) throws IOException {
        NetworkInterface here = NetworkInterface.getByName(from);
        if (here == null) {
            return;
        }
        for (InterfaceAddress there : here.getInterfaceAddresses()) {
            for (Address each : addresses) {
                if (each.address().equals(there.getAddress())) {
                    run(List.of("ip", "address", "delete",
                            each.address().getHostAddress() + "/" + there.getNetworkPrefixLength(), "dev", from));
                }
            }
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes()).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' failed: " + said.replace('\n', ' '));
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while '" + String.join(" ", command) + "' ran", interrupt);
        } finally {
            process.destroyForcibly();
        }
    }
}
