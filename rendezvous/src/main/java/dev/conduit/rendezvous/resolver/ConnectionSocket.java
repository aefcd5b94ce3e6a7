package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.vchan.VchanTimeoutException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;

/**
 * A connected conduit or Unix socket, for code that knows only sockets. Options of TCP have nothing to act on and are
 * taken without effect. Both directions end at once. The remote address is loopback under the name that was asked for:
 * the peer is on this machine.
 */
final class ConnectionSocket extends Socket {

    /** What the buffer sizes are said to be; rings have sizes of their own. */
    private static final int BUFFER = 64 * 1024;

    private final Connection connection;
    private final String host;
    private final int port;
    private volatile int timeoutMillis;

    ConnectionSocket(Connection connection, String host, int port) throws SocketException {
        super((SocketImpl) null);
        this.connection = connection;
        this.host = host;
        this.port = port;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        requireOpen();
        InputStream plain = connection.input();
        return connection.conduit().<InputStream>map(conduit -> new TimedInput(conduit, plain)).orElse(plain);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        requireOpen();
        return connection.output();
    }

    /** Reads within the socket's time-out, whatever it is at the time. */
    private final class TimedInput extends InputStream {

        private final ConduitConnection conduit;
        private final InputStream plain;

        TimedInput(ConduitConnection conduit, InputStream plain) {
            this.conduit = conduit;
            this.plain = plain;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int millis = timeoutMillis;
            if (millis == 0 || length == 0) {
                return plain.read(target, offset, length);
            }
            try {
                return conduit.read(ByteBuffer.wrap(target, offset, length), Duration.ofMillis(millis));
            } catch (VchanTimeoutException late) {
                throw new SocketTimeoutException("nothing to read from " + connection.endpoint() + " for " + millis
                        + " ms");
            }
        }

        @Override
        public int available() throws IOException {
            return plain.available();
        }

        @Override
        public void close() throws IOException {
            plain.close();
        }
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        requireOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("time-out of " + millis + " ms is negative");
        }
        if (millis > 0 && connection.conduit().isEmpty()) {
            throw new SocketException("reads from " + connection.endpoint() + " have no time-out");
        }
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    @Override
    public boolean isClosed() {
        return !connection.isOpen();
    }

    private void requireOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isInputShutdown() {
        return isClosed();
    }

    @Override
    public boolean isOutputShutdown() {
        return isClosed();
    }

    @Override
    public void shutdownInput() throws IOException {
        throw oneWay();
    }

    @Override
    public void shutdownOutput() throws IOException {
        throw oneWay();
    }

    private SocketException oneWay() {
        return new SocketException(connection.endpoint() + " cannot end in one direction; close it");
    }

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
        throw new SocketException("already connected to " + connection.endpoint());
    }

    @Override
    public void connect(SocketAddress address) throws IOException {
        connect(address, 0);
    }

    @Override
    public void bind(SocketAddress address) throws IOException {
        throw new SocketException("already connected to " + connection.endpoint());
    }

    @Override
    public InetAddress getInetAddress() {
        try {
            return InetAddress.getByAddress(host, InetAddress.getLoopbackAddress().getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public int getPort() {
        return port;
    }

    @Override
    public int getLocalPort() {
        return 0;
    }

    @Override
    public SocketChannel getChannel() {
        return null;
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        throw new SocketException(connection.endpoint() + " has no urgent data");
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) {
        throw new UnsupportedOperationException(name + " means nothing to " + connection.endpoint());
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException(name + " means nothing to " + connection.endpoint());
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setSoLinger(boolean on, int linger) {}

    @Override
    public int getSoLinger() {
        return -1;
    }

    @Override
    public void setOOBInline(boolean on) {}

    @Override
    public boolean getOOBInline() {
        return false;
    }

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getSendBufferSize() {
        return BUFFER;
    }

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return BUFFER;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public void setTrafficClass(int trafficClass) {}

    @Override
    public int getTrafficClass() {
        return 0;
    }

    @Override
    public void setReuseAddress(boolean on) {}

    @Override
    public boolean getReuseAddress() {
        return false;
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {}

    @Override
    public String toString() {
        return "Socket[" + connection.endpoint() + "]";
    }
}
