package dev.conduit.core.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.LocalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Network namespaces of a test, with links, bridges and addresses in them; gone when it ends. Needs root. */
public final class Namespaces implements AutoCloseable {

    private static final String IP = "/usr/sbin/ip";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String prefix = "cn" + ProcessHandle.current().pid() % 100_000 + "x" + NUMBER.getAndIncrement();
    private final Deque<String> names = new ArrayDeque<>();
    private final Deque<String> brought = new ArrayDeque<>();

    /** Skips the test where there can be none. */
    public Namespaces() {
        assumeTrue(Files.isExecutable(Path.of(IP)), "ip is missing: apt-get install iproute2");
        assumeTrue(LocalDirectory.userId() == 0, "only root can make network namespaces");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "/dev/net/tun is missing: load the kernel module tun");
    }

    /** A name of an interface that nobody else has, for what is made in the namespace of the test. */
    public String unique(String suffix) {
        return prefix + suffix;
    }

    /** Makes a namespace; gives the name it has outside. */
    public String add(String name) throws IOException {
        String full = prefix + name;
        List<String> command = List.of(IP, "netns", "add", full);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assumeTrue(process.onExit().join().exitValue() == 0, () -> "this machine gives no network namespaces: " + output);
        names.push(full);
        ip(full, "link", "set", "lo", "up");
        sysctl(full, "ipv6/conf/default/accept_dad", "0");
        return full;
    }

    /** Runs ip in a namespace. */
    public String ip(String namespace, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(IP, "-n", namespace));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Moves an interface of the test's own namespace. */
    public void move(String device, String namespace, String newName) throws IOException {
        run(List.of(IP, "link", "set", device, "netns", namespace, "name", newName));
        ip(namespace, "link", "set", newName, "up");
    }

    /** Takes an interface out of a namespace to where the test is, and sets it up; without addresses of its own. */
    public void bring(String namespace, String device) throws IOException {
        ip(namespace, "link", "set", device, "netns", Long.toString(ProcessHandle.current().pid()));
        brought.push(device);
        run(List.of(IP, "link", "set", device, "addrgenmode", "none", "up"));
    }

    /** Two ends of a wire, both up. */
    public void wire(String namespace, String device, String otherNamespace, String otherDevice) throws IOException {
        ip(namespace, "link", "add", device, "type", "veth", "peer", "name", otherDevice, "netns", otherNamespace);
        ip(namespace, "link", "set", device, "up");
        ip(otherNamespace, "link", "set", otherDevice, "up");
    }

    /** Sets a number under /proc/sys/net. */
    public void sysctl(String namespace, String path, String value) throws IOException {
        in(namespace, "sh", "-c", "echo " + value + " >/proc/sys/net/" + path);
    }

    /** Runs a command in a namespace; gives what it prints. */
    public String in(String namespace, String... command) throws IOException {
        List<String> all = new ArrayList<>(prefix(namespace));
        all.addAll(List.of(command));
        return run(all);
    }

    /** What comes before a command that is to run in a namespace. */
    public static List<String> prefix(String namespace) {
        return List.of(IP, "netns", "exec", namespace);
    }

    /** A counter of a namespace's kernel, by its name in snmp or netstat under /proc/net. */
    public long counter(String namespace, String group, String name) throws IOException {
        String[] lines = in(namespace, "cat", "/proc/net/snmp", "/proc/net/netstat").split("\n");
        for (int i = 0; i + 1 < lines.length; i += 2) {
            List<String> names = List.of(lines[i].split(" "));
            if (names.get(0).equals(group + ":") && names.contains(name)) {
                return Long.parseLong(lines[i + 1].split(" ")[names.indexOf(name)]);
            }
        }
        throw new AssertionError("no counter " + group + " " + name);
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.onExit().orTimeout(60, TimeUnit.SECONDS).join().exitValue()).as("%s: %s", command, output)
                .isZero();
        return output;
    }

    @Override
    public void close() throws IOException {
        for (String device : brought) {
            if (Files.exists(Path.of("/sys/class/net", device))) {
                run(List.of(IP, "link", "del", device));
            }
        }
        for (String name : names) {
            run(List.of(IP, "netns", "del", name));
        }
    }
}
