package dev.conduit.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The network of the demo's service that sleeps: a namespace with the host's bridge, on which the front has a TAP port, and
 * one with a client. Nothing of it is reachable from outside.
 */
final class SleepNetwork implements AutoCloseable {

    static final String BRIDGE = "br0";
    static final String TAP = "front0";
    static final String HOST = "10.77.0.254";
    static final String CLIENT = "10.77.0.1";
    static final String SERVICE = "10.77.0.10";
    static final String PREFIX = "/24";

    private static final long PATIENCE_SECONDS = 90;

    private final String host = "conduit-demo-host-" + ProcessHandle.current().pid();
    private final String client = "conduit-demo-client-" + ProcessHandle.current().pid();

    /** @throws IOException when this user, or this machine, gives no network namespaces */
    SleepNetwork() throws IOException {
        call(List.of("ip", "netns", "add", host));
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "conduit-end-network"));
        call(List.of("ip", "netns", "add", client));
        in(host, "ip", "link", "add", BRIDGE, "type", "bridge", "mcast_snooping", "0");
        in(host, "ip", "address", "add", HOST + PREFIX, "dev", BRIDGE);
        in(host, "ip", "link", "set", "lo", "up");
        in(host, "ip", "link", "set", BRIDGE, "up");
        in(host, "ip", "tuntap", "add", TAP, "mode", "tap");
        in(host, "ip", "link", "set", TAP, "master", BRIDGE, "up");
        in(host, "ip", "link", "add", "client0", "type", "veth", "peer", "name", "eth0", "netns", client);
        in(host, "ip", "link", "set", "client0", "master", BRIDGE, "up");
        in(client, "ip", "address", "add", CLIENT + PREFIX, "dev", "eth0");
        in(client, "ip", "link", "set", "eth0", "up");
    }

    /** The command as it is to be started to run beside the bridge. */
    List<String> atHost(List<String> command) {
        return inside(host, command);
    }

    String atClient(String... command) throws IOException {
        return in(client, command);
    }

    /** SYNs that the client's kernel has sent again. */
    long repeatedSyns() throws IOException {
        String[] lines = in(client, "cat", "/proc/net/netstat").split("\n");
        int column = List.of(lines[0].split(" ")).indexOf("TCPSynRetrans");
        return Long.parseLong(lines[1].split(" ")[column]);
    }

    private static List<String> inside(String namespace, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }

    private static String in(String namespace, String... command) throws IOException {
        return call(inside(namespace, List.of(command)));
    }

    /** Runs a command to its end; gives what it prints. */
    static String call(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' failed: " + said.strip().replace('\n', ' '));
            }
            return said;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while '" + String.join(" ", command) + "' ran", interrupt);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Interfaces in the namespaces go with them. Idempotent. */
    @Override
    public void close() {
        for (String namespace : List.of(client, host)) {
            try {
                call(List.of("ip", "netns", "delete", namespace));
            } catch (IOException gone) {
                // It was not made, or is deleted already.
            }
        }
    }
}
