package dev.conduit.rendezvous.resolver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.SocketFactory;

/** Sockets to names, by the best way that works. */
final class ConnectorSocketFactory extends SocketFactory {

    private final UriConnector connector;
    private final Duration timeout;

    ConnectorSocketFactory(UriConnector connector, Duration timeout) {
        this.connector = connector;
        this.timeout = timeout;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connector.connect(new Target(host, port, Transport.ANY), timeout).socket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        throw new SocketException("a local address cannot be chosen: " + host + " may be reached without one");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        Target target = new Target(host.getHostAddress(), port, Transport.TCP);
        return connector.connect(target, timeout).socket(target.host(), port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return getDefault().createSocket(host, port, localHost, localPort);
    }
}
