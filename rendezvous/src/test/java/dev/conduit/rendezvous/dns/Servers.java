package dev.conduit.rendezvous.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Servers for tests, on loopback. */
final class Servers {

    private Servers() {}

    static DnsOptions options() {
        return DnsOptions.defaults().withThreads(2)
                .withListen(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
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
