package dev.conduit.bench.synjitsu;

import dev.conduit.core.local.LocalDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Three network namespaces: a host with a bridge, on which the front has a TAP port; the service's guest, quiet until it
 * takes its address up; and a client. Nothing of it is reachable from outside. For root.
 */
final class SleepNetwork implements AutoCloseable {

    static final String TAP = "front0";
    static final String DEVICE = "eth0";
    static final String PREFIX = "/24";
    static final String HOST = "10.78.0.254";
    static final String CLIENT = "10.78.0.1";
    static final String SERVICE = "10.78.0.10";
    /** Where the guest is always reached. */
    static final String GUEST = "10.78.0.20";

    private static final long PATIENCE_SECONDS = 30;

    final String host = "conduit-bench-host-" + ProcessHandle.current().pid();
    final String guest = "conduit-bench-guest-" + ProcessHandle.current().pid();
    final String client = "conduit-bench-client-" + ProcessHandle.current().pid();

    /** Why there can be none here. */
    static Optional<String> missing() {
        if (LocalDirectory.userId() != 0) {
            return Optional.of("network namespaces are for root");
        }
        try {
            call(List.of("ip", "-V"));
            return Optional.empty();
        } catch (IOException none) {
            return Optional.of("there is no program ip; on Debian: apt-get install iproute2");
        }
    }

    /** @throws IOException when this user, or this machine, gives no network namespaces */
    SleepNetwork() throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "conduit-bench-network"));
        for (String namespace : List.of(host, guest, client)) {
            call(List.of("ip", "netns", "add", namespace));
            in(namespace, "ip", "link", "set", "lo", "up");
        }
        in(host, "ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        in(host, "ip", "address", "add", HOST + PREFIX, "dev", "br0");
        in(host, "ip", "link", "set", "br0", "up");
        in(host, "ip", "tuntap", "add", TAP, "mode", "tap");
        in(host, "ip", "link", "set", TAP, "master", "br0", "up");
        wire(guest, "guest0", GUEST);
        wire(client, "client0", CLIENT);
    }

    private void wire(String namespace, String port, String address) throws IOException {
        in(host, "ip", "link", "add", port, "type", "veth", "peer", "name", DEVICE, "netns", namespace);
        in(host, "ip", "link", "set", port, "master", "br0", "up");
        in(namespace, "ip", "address", "add", address + PREFIX, "dev", DEVICE);
        in(namespace, "ip", "link", "set", DEVICE, "up");
    }

    static List<String> inside(String namespace, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }

    static String in(String namespace, String... command) throws IOException {
        return call(inside(namespace, List.of(command)));
    }

    /** Runs a command to its end; gives what it prints. */
    static String call(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' failed: " + said.replace('\n', ' '));
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
        for (String namespace : List.of(client, guest, host)) {
            try {
                call(List.of("ip", "netns", "delete", namespace));
            } catch (IOException gone) {
                // It was not made, or is deleted already.
            }
        }
    }
}
