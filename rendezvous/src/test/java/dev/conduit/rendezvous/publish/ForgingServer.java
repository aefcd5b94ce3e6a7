package dev.conduit.rendezvous.publish;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;

/** Says yes to everything over TCP, without the right signature; counts the updates it got. */
final class ForgingServer implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    private final AtomicInteger updates = new AtomicInteger();
    private final AtomicInteger questions = new AtomicInteger();
    private final TSIG key;

    /** @param key signs the answers, or null for none */
    ForgingServer(TSIG key) throws IOException {
        this.key = key;
        Thread thread = new Thread(this::serve, "forging-name-server");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    int questions() {
        return questions.get();
    }

    int updates() {
        return updates.get();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                DataInputStream input = new DataInputStream(client.getInputStream());
                DataOutputStream output = new DataOutputStream(client.getOutputStream());
                while (true) {
                    byte[] wire = answer(new Message(input.readNBytes(input.readUnsignedShort())));
                    output.writeShort(wire.length);
                    output.write(wire);
                    output.flush();
                }
            } catch (IOException left) {
                // The next one.
            }
        }
    }

    private byte[] answer(Message query) {
        (query.getHeader().getOpcode() == Opcode.UPDATE ? updates : questions).incrementAndGet();
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setOpcode(query.getHeader().getOpcode());
        answer.getHeader().setFlag(Flags.QR);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        if (key != null) {
            answer.setTSIG(key, Rcode.NOERROR, query.getTSIG());
        }
        return answer.toWire(Message.MAXLENGTH);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
