package dev.conduit.rendezvous.nameserver;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;

/** A name server that answers every question over UDP with one response code, or not at all; counts the questions. */
public final class OneCodeServer implements AutoCloseable {

    /** No answer at all. */
    public static final int SILENT = -1;

    private final DatagramSocket socket;
    private final AtomicInteger questions = new AtomicInteger();
    private final int code;

    /** On a free port of loopback. */
    public OneCodeServer(int code) throws IOException {
        this.code = code;
        this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread thread = new Thread(this::serve, "one-code-server");
        thread.setDaemon(true);
        thread.start();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    public int questions() {
        return questions.get();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                socket.receive(packet);
                questions.incrementAndGet();
                if (code != SILENT) {
                    Message answer = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                    answer.getHeader().setFlag(Flags.QR);
                    answer.getHeader().setRcode(code);
                    byte[] wire = answer.toWire();
                    socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            socket.close();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
