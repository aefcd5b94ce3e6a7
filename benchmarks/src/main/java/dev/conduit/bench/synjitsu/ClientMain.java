package dev.conduit.bench.synjitsu;

import dev.conduit.core.net.FrameLink;
import dev.conduit.synjitsu.wire.MacAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The client. {@code first HOST PORT} connects, asks and answers with the nanoseconds until it was connected and until
 * the first byte was there; the connection stays until {@code close}, for {@code rate BYTES}, which answers with the nanoseconds they took to
 * come, and to go; {@code direct HOST PORT BYTES} does that on a connection of its own. {@code flood HOST MAC SYNS} answers with the nanoseconds until so many clients had their SYN-ACKs.
 */
final class ClientMain {

    private static final int WINDOW = 64;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private SocketChannel server;
    private int flooded;

    private ClientMain() {}

    /** @param args none */
    public static void main(String[] args) throws Exception {
        ClientMain client = new ClientMain();
        System.out.println("ready");
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                System.out.println(client.obey(line.split(" ")));
            }
        }
    }

    private String obey(String[] words) throws IOException {
        return switch (words[0]) {
            case "first" -> first(new InetSocketAddress(words[1], Integer.parseInt(words[2])));
            case "close" -> close();
            case "rate" -> rate(server, Long.parseLong(words[1]));
            case "direct" -> direct(new InetSocketAddress(words[1], Integer.parseInt(words[2])), Long.parseLong(words[3]));
            case "flood" -> flood(words[1], MacAddress.parse(words[2]), Integer.parseInt(words[3]));
            default -> throw new IOException("the benchmark's client does not know '" + words[0] + "'");
        };
    }

    private String first(InetSocketAddress address) throws IOException {
        long begin = System.nanoTime();
        server = SocketChannel.open(address);
        long connected = System.nanoTime();
        Transfer.ask(server, 1);
        return connected - begin + " " + (System.nanoTime() - begin);
    }

    /** By a reset: after a FIN the front of sockets would wait for what the service still says. */
    private String close() throws IOException {
        server.setOption(StandardSocketOptions.SO_LINGER, 0);
        server.close();
        return "closed";
    }

    private static String rate(SocketChannel channel, long bytes) throws IOException {
        long begin = System.nanoTime();
        Transfer.ask(channel, bytes);
        Transfer.take(channel, bytes - 1);
        long came = System.nanoTime();
        Transfer.send(channel, bytes);
        return came - begin + " " + (System.nanoTime() - came);
    }

    private static String direct(InetSocketAddress address, long bytes) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            return rate(channel, bytes);
        }
    }

    /** At most some SYNs are on their way at a time; their sources are addresses that nobody has. */
    private String flood(String service, MacAddress front, int syns) throws IOException {
        try (FrameLink link = FrameLink.on(SleepNetwork.DEVICE)) {
            MacAddress own = new MacAddress(ByteBuffer.allocate(Long.BYTES).put(2, link.mac()).getLong(0));
            Frames frames = new Frames(own, front, Frames.address(service));
            ByteBuffer frame = ByteBuffer.allocateDirect(FrameLink.MAX_FRAME);
            long begin = System.nanoTime();
            int sent = 0;
            for (int answered = 0; answered < syns; ) {
                while (sent < syns && sent - answered < WINDOW) {
                    if (link.send(frames.syn(flooded + sent))) {
                        sent++;
                    }
                }
                link.await(System.nanoTime() + PATIENCE_NANOS / 100);
                frame.clear();
                while (link.receive(frame) > 0) {
                    answered += Frames.segment(frame.flip()) == null ? 0 : 1;
                    frame.clear();
                }
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    throw new IOException(answered + " of " + syns + " SYNs were answered within 10 s");
                }
            }
            flooded += sent;
            return Long.toString(System.nanoTime() - begin);
        }
    }
}
