package dev.conduit.rendezvous.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.xbill.DNS.Address;

/**
 * Addresses with a common beginning.
 *
 * @param address an address in the network
 * @param prefix how many bits of it count, 0 to 32 or 128
 */
public record ClientNetwork(InetAddress address, int prefix) {

    /** The machine itself, IPv4 and IPv6. */
    public static final List<ClientNetwork> LOOPBACK = List.of(parse("127.0.0.0/8"), parse("::1/128"));

    /**
     * Checks the prefix.
     *
     * @param address an address in the network
     * @param prefix how many bits of it count
     * @throws IllegalArgumentException when the prefix is longer than the address
     */
    public ClientNetwork {
        int bits = 8 * address.getAddress().length;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException(
                    "prefix " + prefix + " of " + address.getHostAddress() + " is not between 0 and " + bits);
        }
    }

    /**
     * Reads a network as it is usually written.
     *
     * @param text such as {@code 10.0.0.0/8}, {@code fd00::/8} or {@code 10.0.0.5}
     * @return the network
     * @throws IllegalArgumentException when it is none
     */
    public static ClientNetwork parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        int family = host.indexOf(':') < 0 ? Address.IPv4 : Address.IPv6;
        byte[] bytes = Address.toByteArray(host, family);
        try {
            if (bytes == null) {
                throw new IllegalArgumentException("'" + text + "' is not an address or a network such as 10.0.0.0/8");
            }
            int prefix = slash < 0 ? 8 * bytes.length : Integer.parseInt(text.substring(slash + 1));
            return new ClientNetwork(InetAddress.getByAddress(bytes), prefix);
        } catch (NumberFormatException | UnknownHostException e) {
            throw new IllegalArgumentException("'" + text + "' has no number after the slash", e);
        }
    }

    /**
     * Says whether an address lies in the network.
     *
     * @param other any address
     * @return true when it has the same version and begins with the same bits
     */
    public boolean contains(InetAddress other) {
        byte[] own = address.getAddress();
        byte[] theirs = other.getAddress();
        if (own.length != theirs.length) {
            return false;
        }
        for (int i = 0; 8 * i < prefix; i++) {
            int mask = prefix - 8 * i >= 8 ? 0xFF : 0xFF << 8 - (prefix - 8 * i);
            if (((own[i] ^ theirs[i]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    static boolean anyContains(List<ClientNetwork> networks, InetAddress address) {
        for (ClientNetwork network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
