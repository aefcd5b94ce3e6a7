package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** TLS over a connected socket; one thread may read while another writes. */
final class TlsChannel implements ByteChannel {

    /** The most a TLS record carries (RFC 8446, section 5.1). */
    private static final int RECORD = 16 * 1024;

    private static final String TOO_LONG = "the TLS handshake took too long";

    private final SSLSocket socket;
    private final InputStream input;
    private final OutputStream output;
    private final Object reading = new Object();
    private final Object writing = new Object();

    private TlsChannel(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    /**
     * Shakes hands.
     *
     * @param channel connected, in blocking mode; closed with the new channel, and when this fails
     * @param serverName whom the certificate must be for, as HTTPS checks it (RFC 9110, section 4.3.4)
     */
    static TlsChannel open(SocketChannel channel, SSLContext context, String serverName, Deadline limit)
            throws IOException {
        // A peer that dribbles bytes would renew any time-out of single reads.
        try (Guard guard = new Guard(channel, limit)) {
            try {
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(
                        channel.socket(), serverName, channel.socket().getPort(), true);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                TlsChannel open = new TlsChannel(socket);
                if (!guard.keep()) {
                    throw new IOException(TOO_LONG);
                }
                return open;
            } catch (IOException failed) {
                throw guard.struck() ? new IOException(TOO_LONG, failed) : failed;
            }
        }
    }

    SSLSocket socket() {
        return socket;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        synchronized (reading) {
            if (!target.hasRemaining()) {
                return 0;
            }
            byte[] bytes = new byte[Math.min(target.remaining(), RECORD)];
            int count = input.read(bytes);
            if (count > 0) {
                target.put(bytes, 0, count);
            }
            return count;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        synchronized (writing) {
            int count = source.remaining();
            while (source.hasRemaining()) {
                byte[] bytes = new byte[Math.min(source.remaining(), RECORD)];
                source.get(bytes);
                output.write(bytes);
            }
            return count;
        }
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
