package dev.conduit.samples;

import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.core.net.TcpChannel;
import dev.conduit.synjitsu.adopt.Acceptor;
import dev.conduit.synjitsu.adopt.Adopter;
import dev.conduit.synjitsu.adopt.AdoptedConnection;
import dev.conduit.synjitsu.adopt.ServiceInterface;
import dev.conduit.synjitsu.adopt.Takeover;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A guest, for tests, whose adopted connections speak with others' programs: it is a {@link PlainServer} at port 80, and what comes to
 * other ports is relayed to servers on its loopback interface.
 */
public final class PeersGuest {

    private static final Duration FOREVER = Duration.ofDays(1);
    private static final int CHUNK = 1 << 16;

    private final ExecutorService workers = Executors.newCachedThreadPool();

    private PeersGuest() {}

    /** @param args device, address with prefix, and ports to relay */
    public static void main(String[] args) throws Exception {
        new PeersGuest().run(args[0], args[1], List.of(args).subList(2, args.length));
    }

    private void run(String device, String address, List<String> relayed) throws Exception {
        Map<Integer, Acceptor> acceptors = new TreeMap<>();
        acceptors.put(80, Acceptor.listen(new InetSocketAddress(80), 1000));
        InetAddress own = ServiceInterface.Address.parse(address).address();
        for (String port : relayed) {
            // The loopback interface's is the other server's.
            acceptors.put(Integer.parseInt(port), Acceptor.listen(new InetSocketAddress(own, Integer.parseInt(port)), 1000));
        }
        try (Platform platform = Platforms.open(); Adopter adopter = new Adopter()) {
            Takeover.run(platform.xenStore(), "www", adopter,
                    new ServiceInterface(device, List.of(ServiceInterface.Address.parse(address))),
                    (AdoptedConnection each) -> acceptors.get(each.localAddress().getPort()).add(each), Duration.ofSeconds(30));
            platform.xenStore().write("data/state", "up");
            acceptors.forEach((port, acceptor) -> workers.execute(() -> serve(port, acceptor)));
            Thread.sleep(FOREVER.toMillis());
        }
    }

    private void serve(int port, Acceptor acceptor) {
        try {
            while (true) {
                TcpChannel client = acceptor.accept(FOREVER);
                workers.execute(() -> {
                    try (client) {
                        client.timeout(Duration.ofMinutes(1));
                        if (port == 80) {
                            PlainServer.serve(Channels.newInputStream(client), Channels.newOutputStream(client));
                        } else {
                            relay(client, port);
                        }
                    } catch (IOException gone) {
                        System.err.println("a client has gone: " + gone.getMessage());
                    }
                });
            }
        } catch (IOException ending) {
            throw new UncheckedIOException(ending);
        }
    }

    private void relay(TcpChannel client, int port) throws IOException {
        try (SocketChannel server = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
            workers.execute(() -> {
                try {
                    copy(client, server);
                    server.shutdownOutput();
                } catch (IOException gone) {
                    System.err.println("a relay has ended: " + gone.getMessage());
                }
            });
            copy(server, client);
            client.shutdownOutput();
        }
    }

    private static void copy(ByteChannel from, ByteChannel to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        while (from.read(buffer.clear()) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
        }
    }
}
