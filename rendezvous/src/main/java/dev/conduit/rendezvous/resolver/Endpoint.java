package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.layout.ConduitNames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** One way to reach a service. Each prints as the URI that leads to it and nowhere else. */
public sealed interface Endpoint {

    /**
     * A conduit of this host.
     *
     * @param name its name, checked
     */
    record OnHost(String name) implements Endpoint {

        /**
         * Checks the name.
         *
         * @param name a conduit's name
         * @throws IllegalArgumentException when it is not a possible name
         */
        public OnHost {
            ConduitNames.check(name);
        }

        @Override
        public String toString() {
            return "conduit://" + name;
        }
    }

    /**
     * A Unix-domain stream socket of this machine.
     *
     * @param path its path
     */
    record UnixSocket(Path path) implements Endpoint {

        @Override
        public String toString() {
            return "unix://" + path;
        }
    }

    /**
     * A TCP port.
     *
     * @param address with an address and a port of 1 to 65535
     */
    record Tcp(InetSocketAddress address) implements Endpoint {

        /**
         * Checks the address.
         *
         * @param address with an address and a port
         * @throws IllegalArgumentException when it is unresolved or has no port
         */
        public Tcp {
            requireComplete(address);
        }

        @Override
        public String toString() {
            return "tcp://" + text(address);
        }
    }

    /**
     * A TCP port behind which TLS is spoken.
     *
     * @param address with an address and a port of 1 to 65535
     * @param serverName whom the certificate must be for
     */
    record Tls(InetSocketAddress address, String serverName) implements Endpoint {

        /**
         * Checks the address.
         *
         * @param address with an address and a port
         * @param serverName whom the certificate must be for
         * @throws IllegalArgumentException when it is unresolved or has no port
         */
        public Tls {
            requireComplete(address);
        }

        @Override
        public String toString() {
            return "tls://" + text(address);
        }
    }

    private static void requireComplete(InetSocketAddress address) {
        if (address.isUnresolved() || address.getPort() == 0) {
            throw new IllegalArgumentException("endpoint " + address.getHostString() + ":" + address.getPort()
                    + " is incomplete: an IP address and a port of 1 to 65535 are needed");
        }
    }

    private static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        String literal = host.getHostAddress();
        return (literal.contains(":") ? "[" + literal + "]" : literal) + ":" + address.getPort();
    }
}
