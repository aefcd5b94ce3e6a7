package dev.conduit.rendezvous.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/** Servers for tests, on loopback. */
final class Servers {

    private Servers() {}

    static DnsOptions options() {
        return DnsOptions.defaults().withThreads(2)
                .withListen(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    /** Whether this machine has IPv6 on loopback; a container may have none. */
    static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException none) {
            return false;
        }
    }

    static DnsOptions lab() {
        return options().withZone(ZoneTexts.lab());
    }

    /** The lab zone, with a source for what is not in it. */
    static DnsOptions lab(DnsSource source) {
        return options().withZone(ZoneTexts.lab(), source);
    }

    static InetSocketAddress address(DnsServer server) {
        return server.addresses().get(0);
    }
}
