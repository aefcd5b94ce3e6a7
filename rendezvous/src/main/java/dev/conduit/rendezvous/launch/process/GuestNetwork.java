package dev.conduit.rendezvous.launch.process;

import dev.conduit.core.net.Rtnetlink;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.launch.support.Program;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace for one process, with its addresses on a pair of virtual Ethernet devices whose other end is in a
 * bridge. The namespace has no name, so the kernel removes it, and the pair with it, when the last process in it has ended.
 */
final class GuestNetwork {

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;
    private static final String DEVICE = "eth0";

    private final ProcessSettings.Network settings;
    private final Program ip;
    private final Program unshare;
    private final Program nsenter;

    private GuestNetwork(ProcessSettings.Network settings, Program ip, Program unshare, Program nsenter) {
        this.settings = settings;
        this.ip = ip;
        this.unshare = unshare;
        this.nsenter = nsenter;
    }

    /** Makes sure that this process can do it at all. */
    static GuestNetwork prepare(ProcessSettings.Network settings) throws LaunchException {
        requireRight(CAP_NET_ADMIN, "CAP_NET_ADMIN");
        requireRight(CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
        if (!Files.isDirectory(Path.of("/sys/class/net", settings.bridge(), "bridge"))) {
            throw new LaunchException("network: there is no bridge '" + settings.bridge()
                    + "': make it with: ip link add " + settings.bridge() + " type bridge");
        }
        return new GuestNetwork(settings, program("ip", "iproute2"), program("unshare", "util-linux"),
                program("nsenter", "util-linux"));
    }

    static Program program(String name, String debianPackage) throws LaunchException {
        Program program = Program.find(name, Program.systemFolders());
        if (program == null) {
            throw new LaunchException("there is no program '" + name + "': on Debian, apt-get install " + debianPackage);
        }
        return program;
    }

    private static void requireRight(int capability, String name) throws LaunchException {
        try {
            String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(each -> each.startsWith("CapEff:")).findFirst().orElse("CapEff: 0");
            long effective = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
            if ((effective & 1L << capability) == 0) {
                throw new LaunchException("network: a network of its own needs the right " + name
                        + ", which this process does not have");
            }
        } catch (IOException e) {
            if (e instanceof LaunchException refusal) {
                throw refusal;
            }
            throw new LaunchException("cannot tell this process's rights: " + OneLine.of(e), e);
        }
    }

    /** What to put before a command, so that it runs in a namespace of its own; the process stays the same. */
    List<String> wrapper() {
        return List.of(unshare.path().toString(), "--net", "--");
    }

    /** Tells whether a process has come out of this process's namespace. */
    static boolean isApart(long pid) {
        try {
            return !Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns/net"))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        } catch (IOException e) {
            return false;
        }
    }

    /** Gives the namespace of a process its devices, addresses and routes. */
    void connect(String name, long pid, int domain, List<InetAddress> addresses, Deadline limit)
            throws LaunchException, InterruptedException {
        String outside = "conduit" + domain;
        ip.call(limit.left(), "link", "add", outside, "type", "veth", "peer", "name", DEVICE, "address", mac(name),
                "netns", Long.toString(pid));
        ip.call(limit.left(), "link", "set", outside, "master", settings.bridge(), "up");
        inside(pid, limit, "link", "set", "lo", "up");
        for (InetAddress address : addresses) {
            String with = settings.quiet() ? "" : "/" + prefix(address);
            List<String> words = new ArrayList<>(
                    List.of("address", "add", address.getHostAddress() + with, "dev", settings.quiet() ? "lo" : DEVICE));
            if (!(address instanceof Inet4Address)) {
                // The address is the service's alone; checking for others would take a second, and on lo a moment.
                words.add("nodad");
            }
            inside(pid, limit, words.toArray(String[]::new));
        }
        inside(pid, limit, "link", "set", DEVICE, "up");
        if (settings.quiet()) {
            hush(pid, addresses, limit);
        }
        for (InetAddress gateway : settings.gateways()) {
            inside(pid, limit, "route", "add", "default", "via", gateway.getHostAddress());
        }
    }

    private int prefix(InetAddress address) {
        return address instanceof Inet4Address ? settings.prefix4() : settings.prefix6();
    }

    /** Answers no ARP for what is on lo, and knows nevertheless where its neighbours are. */
    private void hush(long pid, List<InetAddress> addresses, Deadline limit) throws LaunchException, InterruptedException {
        nsenter.call(limit.left(), "--target", Long.toString(pid), "--net", "sh", "-c",
                "echo 1 >/proc/sys/net/ipv4/conf/" + DEVICE + "/arp_ignore");
        for (InetAddress address : addresses) {
            inside(pid, limit, "route", "replace", Rtnetlink.network(address, prefix(address)).getHostAddress() + "/"
                    + prefix(address), "dev", DEVICE, "src", address.getHostAddress());
        }
    }

    private void inside(long pid, Deadline limit, String... words) throws LaunchException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--target", Long.toString(pid), "--net", ip.path().toString()));
        arguments.addAll(List.of(words));
        nsenter.call(limit.left(), arguments.toArray(String[]::new));
    }

    /** The same for each start, so that what neighbours remember stays right; locally administered. */
    static String mac(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return String.format("02:%02x:%02x:%02x:%02x:%02x", digest[0], digest[1], digest[2], digest[3], digest[4]);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
