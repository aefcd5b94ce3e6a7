package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.AF_INET;
import static dev.conduit.core.net.NetConstants.AF_INET6;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code struct sockaddr_in6}. */
final class SocketAddresses {

    /** Room for either. */
    static final int SIZE = NetLayout.SOCKADDR_IN6_SIZE;

    private SocketAddresses() {
    }

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    /** Puts an address at the front of a buffer; gives its bytes. */
    static int put(ByteBuffer into, InetSocketAddress address) {
        ByteBuffer buffer = into.duplicate().order(ByteOrder.nativeOrder());
        buffer.put(0, new byte[SIZE]);
        buffer.putShort(NetLayout.SOCKADDR_FAMILY, (short) family(address.getAddress()));
        buffer.duplicate().putShort(NetLayout.SOCKADDR_PORT, (short) address.getPort());
        byte[] bytes = address.getAddress().getAddress();
        if (address.getAddress() instanceof Inet6Address six) {
            buffer.put(NetLayout.SOCKADDR_IN6_ADDR, bytes).putInt(NetLayout.SOCKADDR_IN6_SCOPE, six.getScopeId());
            return NetLayout.SOCKADDR_IN6_SIZE;
        }
        buffer.put(NetLayout.SOCKADDR_IN_ADDR, bytes);
        return NetLayout.SOCKADDR_IN_SIZE;
    }

    /** An IPv4 address in IPv6's clothes, as a socket for both shows it, is given as IPv4. */
    static InetSocketAddress get(ByteBuffer from) {
        ByteBuffer buffer = from.duplicate().order(ByteOrder.nativeOrder());
        int port = buffer.duplicate().getShort(NetLayout.SOCKADDR_PORT) & 0xffff;
        boolean four = buffer.getShort(NetLayout.SOCKADDR_FAMILY) == AF_INET;
        byte[] bytes = new byte[four ? 4 : 16];
        buffer.get(four ? NetLayout.SOCKADDR_IN_ADDR : NetLayout.SOCKADDR_IN6_ADDR, bytes);
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            int scope = four ? 0 : buffer.getInt(NetLayout.SOCKADDR_IN6_SCOPE);
            return new InetSocketAddress(
                    scope == 0 ? address : Inet6Address.getByAddress(null, bytes, scope), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
