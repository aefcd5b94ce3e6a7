package dev.conduit.rendezvous.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import org.xbill.DNS.Message;

/** A client with a socket of its own. */
final class DnsClient implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(30);

    private final DatagramSocket socket;
    private final InetSocketAddress server;

    DnsClient(InetSocketAddress server) throws IOException {
        this.server = server;
        socket = new DatagramSocket();
        socket.setSoTimeout((int) LONG.toMillis());
    }

    Message ask(String name, int type) throws IOException {
        send(Ask.query(name, type).toWire());
        return receive();
    }

    void send(byte[] query) throws IOException {
        socket.send(new DatagramPacket(query, query.length, server));
    }

    Message receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[Wire.MAX_MESSAGE], Wire.MAX_MESSAGE);
        socket.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    DatagramSocket socket() {
        return socket;
    }

    @Override
    public void close() {
        socket.close();
    }

    /** A connection for queries over TCP. */
    static final class Tcp implements AutoCloseable {

        private final Socket socket;
        private final DataInputStream in;
        private final DataOutputStream out;

        Tcp(InetSocketAddress server) throws IOException {
            socket = new Socket(server.getAddress(), server.getPort());
            socket.setSoTimeout((int) LONG.toMillis());
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
        }

        void send(Message query) throws IOException {
            byte[] wire = query.toWire();
            byte[] framed = new byte[2 + wire.length];
            Wire.put16(framed, 0, wire.length);
            System.arraycopy(wire, 0, framed, 2, wire.length);
            out.write(framed);
        }

        Message receive() throws IOException {
            byte[] reply = new byte[in.readUnsignedShort()];
            in.readFully(reply);
            return new Message(reply);
        }

        Socket socket() {
            return socket;
        }

        /** True when the server has closed the connection and sent no more. */
        boolean ended() throws IOException {
            try {
                return in.read() < 0;
            } catch (java.net.SocketException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
