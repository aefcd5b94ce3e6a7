package dev.conduit.synjitsu.socket;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The PROXY protocol's header, version 2 (haproxy.org, proxy-protocol.txt, 2.2): tells a service which client a connection
 * is from. nginx, HAProxy, Netty's codec and many more read it.
 */
final class ProxyHeader {

    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    /** Version 2, command PROXY. */
    private static final byte PROXY = 0x21;
    private static final byte TCP4 = 0x11;
    private static final byte TCP6 = 0x21;

    private ProxyHeader() {}

    static ByteBuffer of(InetSocketAddress client, InetSocketAddress server) {
        byte[] from = client.getAddress().getAddress();
        byte[] to = server.getAddress().getAddress();
        if (from.length != to.length) {
            throw new IllegalArgumentException("client " + client + " and server " + server + " are of two families");
        }
        short length = (short) (from.length + to.length + 2 * Short.BYTES);
        ByteBuffer header = ByteBuffer.allocate(SIGNATURE.length + 2 + Short.BYTES + length);
        header.put(SIGNATURE).put(PROXY).put(client.getAddress() instanceof Inet4Address ? TCP4 : TCP6).putShort(length);
        return header.put(from).put(to).putShort((short) client.getPort()).putShort((short) server.getPort()).flip();
    }
}
