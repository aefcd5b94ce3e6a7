package dev.conduit.rendezvous.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** An upstream server that says what a test wants: over UDP any number of datagrams for each query, over TCP one. */
final class FakeUpstream implements AutoCloseable {

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Queue<Message> queries = new ConcurrentLinkedQueue<>();
    private final Queue<SocketAddress> clients = new ConcurrentLinkedQueue<>();
    private final Function<Message, List<byte[]>> overUdp;
    private final Function<Message, Message> overTcp;

    FakeUpstream(Function<Message, List<byte[]>> overUdp, Function<Message, Message> overTcp) throws IOException {
        this.overUdp = overUdp;
        this.overTcp = overTcp;
        tcp = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        udp = new DatagramSocket(tcp.getLocalSocketAddress());
        start(this::serveUdp);
        start(this::serveTcp);
    }

    static FakeUpstream saying(Function<Message, Message> reply) throws IOException {
        return new FakeUpstream(query -> List.of(reply.apply(query).toWire()), reply);
    }

    /** A reply with these records, in the syntax of zone files. */
    static Message reply(Message query, int rcode, String answers, String authority) {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RA);
        reply.getHeader().setRcode(rcode);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        ZoneTexts.records(Name.root, answers).forEach(each -> reply.addRecord(each, Section.ANSWER));
        ZoneTexts.records(Name.root, authority).forEach(each -> reply.addRecord(each, Section.AUTHORITY));
        return Ask.withEdns(reply, 4096);
    }

    private interface Loop {

        void run() throws IOException;
    }

    private static void start(Loop loop) {
        Thread thread = new Thread(() -> {
            try {
                loop.run();
            } catch (IOException e) {
                // Closed: the test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serveUdp() throws IOException {
        while (true) {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            udp.receive(packet);
            Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
            clients.add(packet.getSocketAddress());
            queries.add(query);
            for (byte[] reply : overUdp.apply(query)) {
                udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            }
        }
    }

    private void serveTcp() throws IOException {
        while (true) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                byte[] reply = overTcp.apply(new Message(query)).toWire(Wire.MAX_MESSAGE);
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeShort(reply.length);
                out.write(reply);
            }
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    /** What came over UDP. */
    Queue<Message> queries() {
        return queries;
    }

    /** From where each came. */
    Queue<SocketAddress> clients() {
        return clients;
    }

    static Record question(String name, int type) {
        return Record.newRecord(ZoneTexts.name(name), type, DClass.IN);
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
