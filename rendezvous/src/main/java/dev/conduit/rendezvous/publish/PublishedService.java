package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.resolver.Target;
import dev.conduit.rendezvous.resolver.Transport;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What DNS shall say of one service of this host.
 *
 * @param dnsName its full name, such as {@code www.lab.test}
 * @param conduit its conduit on this host, or empty
 * @param addresses where it is reached on this host, 0 to 16
 * @param ports plain TCP ports, 0 to 16
 * @param tlsPorts TCP ports that speak TLS, 0 to 16
 */
public record PublishedService(String dnsName, Optional<String> conduit, List<InetAddress> addresses,
        List<Integer> ports, List<Integer> tlsPorts) {

    private static final int MOST = 16;

    /**
     * Checks everything and copies the lists.
     *
     * @param dnsName a full name
     * @param conduit a conduit's name, or empty
     * @param addresses at most 16
     * @param ports at most 16, each 1 to 65535
     * @param tlsPorts at most 16, each 1 to 65535
     * @throws IllegalArgumentException when one is not possible; the message says which
     */
    public PublishedService {
        new Target(dnsName, 0, Transport.ANY);
        conduit.ifPresent(ConduitNames::check);
        addresses = checked(dnsName, "addresses", addresses);
        ports = checkedPorts(dnsName, "ports", ports);
        tlsPorts = checkedPorts(dnsName, "TLS ports", tlsPorts);
    }

    private static List<Integer> checkedPorts(String name, String what, List<Integer> ports) {
        for (int port : ports) {
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("service " + name + ": port " + port + " is not 1 to 65535");
            }
        }
        return checked(name, what, ports);
    }

    private static <T> List<T> checked(String name, String what, List<T> list) {
        if (list.size() > MOST) {
            throw new IllegalArgumentException(
                    "service " + name + ": " + list.size() + " " + what + " are more than " + MOST);
        }
        return List.copyOf(list);
    }
}
