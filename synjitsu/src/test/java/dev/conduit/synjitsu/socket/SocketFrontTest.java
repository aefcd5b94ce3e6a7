package dev.conduit.synjitsu.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.synjitsu.layer8.Hosts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class SocketFrontTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int LONG_MILLIS = 30_000;

    @TempDir
    private Path folder;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final Queue<String> notes = new ConcurrentLinkedQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size(); i-- > 0; ) {
            open.get(i).close();
        }
        pool.shutdownNow();
    }

    private <T extends AutoCloseable> T closing(T resource) {
        open.add(resource);
        return resource;
    }

    private SocketFront front(Upstream upstream, SocketFrontOptions options) throws IOException {
        return front(Hosts.only(upstream), options);
    }

    private SocketFront front(Hosts<Upstream> hosts, SocketFrontOptions options) throws IOException {
        return closing(SocketFront.open(ANY, hosts, options, notes::add));
    }

    private Socket client(SocketFront front) throws IOException {
        Socket client = closing(new Socket());
        client.connect(front.address(), LONG_MILLIS);
        client.setSoTimeout(LONG_MILLIS);
        return client;
    }

    private Conduit domain(LocalHost host, String name) throws IOException {
        return closing(Conduit.open(closing(LocalPlatform.open(host.directory().path(), name))));
    }

    private LocalHost host() throws IOException {
        return closing(LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h"))));
    }

    /** A server that gives everything back. */
    private ServerSocket echo() throws IOException {
        ServerSocket server = closing(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()));
        pool.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket accepted = server.accept();
                    pool.execute(() -> {
                        try (accepted) {
                            accepted.getInputStream().transferTo(accepted.getOutputStream());
                        } catch (IOException gone) {
                            notes.add("echo: " + gone.getMessage());
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return server;
    }

    private static byte[] bytes(int seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void shouldCarryToConduitAndTellWhoTheClientIs() throws Exception {
        LocalHost host = host();
        ConduitServer server = closing(domain(host, "service").listen("www"));
        SocketFront front = front(Upstreams.conduit(domain(host, "front"), "www"),
                SocketFrontOptions.defaults().withProxyHeader(true));
        byte[] request = bytes(1, 300_000);
        byte[] response = bytes(2, 300_000);
        CompletableFuture<byte[]> seen = CompletableFuture.supplyAsync(() -> {
            try (ConduitConnection connection = server.accept(LONG)) {
                byte[] received = connection.input().readNBytes(28 + request.length);
                connection.write(ByteBuffer.wrap(response));
                connection.drain(LONG);
                return received;
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        }, pool);

        Socket client = client(front);
        client.getOutputStream().write(request);
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(response);

        ByteBuffer received = ByteBuffer.wrap(seen.get(30, TimeUnit.SECONDS));
        byte[] signature = new byte[12];
        received.get(signature);
        assertThat(signature).isEqualTo(new byte[] {13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10});
        assertThat(received.getInt()).isEqualTo(0x2111000C);
        assertThat(received.getInt()).isEqualTo(0x7F000001);
        assertThat(received.getInt()).isEqualTo(0x7F000001);
        assertThat(Short.toUnsignedInt(received.getShort())).isEqualTo(client.getLocalPort());
        assertThat(Short.toUnsignedInt(received.getShort())).isEqualTo(front.address().getPort());
        byte[] rest = new byte[received.remaining()];
        received.get(rest);
        assertThat(rest).isEqualTo(request);
    }

    @Test
    void shouldKeepWhatManyClientsSendUntilServiceIsUp() throws Exception {
        ServerSocket service = echo();
        CountDownLatch up = new CountDownLatch(1);
        SocketFront front = front(Upstreams.tcp((asker, patience) -> {
            assertThat(asker).isEqualTo("127.0.0.1");
            awaitLatch(up);
        }, (InetSocketAddress) service.getLocalSocketAddress()), new SocketFrontOptions(LONG, 16, 1000, false));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Socket client = client(front);
            client.getOutputStream().write(bytes(i, 1000));
            clients.add(client);
        }
        up.countDown();
        for (int i = 0; i < clients.size(); i++) {
            Socket client = clients.get(i);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).as("client %d", i).isEqualTo(bytes(i, 1000));
            client.close();
        }
        assertThat(notes).isEmpty();
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException closing) {
            throw new IOException("interrupted", closing);
        }
    }

    @Test
    void shouldResetClientWhenServiceDoesNotStart() throws Exception {
        SocketFront front = front((asker, patience) -> {
            throw new IOException("service 'www' could not be started: no memory");
        }, SocketFrontOptions.defaults());

        // It may come as early as the end of the handshake.
        assertThatThrownBy(() -> client(front).getInputStream().read()).isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        await().atMost(LONG).untilAsserted(() -> assertThat(notes)
                .containsExactly("a client was reset: service 'www' could not be started: no memory"));
    }

    @Test
    void shouldTurnClientsAwayBeyondItsBounds() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        SocketFront front = front((asker, patience) -> {
            awaitLatch(never);
            throw new IOException("released");
        }, new SocketFrontOptions(LONG, 1, 2, false));
        for (int i = 0; i < 3; i++) {
            client(front);
        }

        assertThatThrownBy(() -> client(front).getInputStream().read()).isInstanceOf(SocketException.class);
        await().atMost(LONG).untilAsserted(() -> assertThat(notes)
                .contains("a client is turned away: 1 connections are carried and 2 wait"));
        never.countDown();
    }

    @Test
    void shouldResetClientWhoseTurnDidNotCome() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        SocketFront front = front((asker, patience) -> {
            awaitLatch(held);
            throw new IOException("released");
        }, new SocketFrontOptions(Duration.ofMillis(200), 1, 2, false));
        client(front);
        Socket second = client(front);
        second.setSoTimeout(400);
        assertThatThrownBy(() -> second.getInputStream().read()).hasMessageContaining("timed out");
        second.setSoTimeout(LONG_MILLIS);

        held.countDown();

        assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketException.class);
        await().atMost(LONG).untilAsserted(() -> assertThat(notes)
                .anyMatch(note -> note.endsWith("waited for 200 ms for its turn")));
    }

    @Test
    void shouldEndConduitOfClientThatHasSentEverything() throws Exception {
        LocalHost host = host();
        ConduitServer server = closing(domain(host, "service").listen("www"));
        SocketFront front = front(Upstreams.conduit(domain(host, "front"), "www"), SocketFrontOptions.defaults());
        Socket client = client(front);
        client.getOutputStream().write("bye".getBytes(StandardCharsets.US_ASCII));
        client.close();

        ConduitConnection connection = closing(server.accept(LONG));

        assertThat(connection.input().readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("bye");
    }

    @Test
    void shouldSayWhereItCannotListen() throws Exception {
        SocketFront front = front((asker, patience) -> null, SocketFrontOptions.defaults());
        InetSocketAddress taken = front.address();
        assertThatThrownBy(() -> SocketFront.open(taken, Hosts.only((asker, patience) -> null),
                SocketFrontOptions.defaults(), notes::add))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on " + taken + ": Address already in use");
        assertThatThrownBy(() -> new SocketFrontOptions(LONG, 0, 1, false))
                .hasMessage("carried 0 is not between 1 and 10000");
    }

    /** A front of two services that say their names, each after what the client has sent. */
    private SocketFront named(Duration within) throws IOException {
        Map<String, Upstream> services = new HashMap<>();
        for (String name : List.of("www", "shop")) {
            services.put(name + ".example.org", (asker, patience) -> new NamingLeg(name));
        }
        return front(Hosts.named(services, Optional.empty()), SocketFrontOptions.defaults().withWithin(within));
    }

    /** Gives the service's name and then everything back. */
    private static final class NamingLeg implements Leg {
        private final BlockingQueue<Integer> bytes = new LinkedBlockingQueue<>();

        NamingLeg(String name) {
            name.chars().forEach(bytes::add);
        }

        @Override
        public void send(ByteBuffer sent) {
            while (sent.hasRemaining()) {
                bytes.add((int) sent.get());
            }
        }

        @Override
        public void sent() {
            bytes.add(-1000);
        }

        @Override
        public int receive(ByteBuffer target) throws IOException {
            try {
                int next = bytes.take();
                if (next == -1000) {
                    return -1;
                }
                target.put((byte) next);
                return 1;
            } catch (InterruptedException closing) {
                throw new IOException("interrupted", closing);
            }
        }

        @Override
        public boolean takesMore() {
            return true;
        }

        @Override
        public void close() {
            bytes.add(-1000);
        }
    }

    private String exchange(SocketFront front, String... pieces) throws IOException {
        Socket client = client(front);
        client.setTcpNoDelay(true);
        for (String piece : pieces) {
            client.getOutputStream().write(piece.getBytes(StandardCharsets.ISO_8859_1));
        }
        client.shutdownOutput();
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldChooseServiceByHost() throws Exception {
        SocketFront front = named(LONG);
        String www = "GET / HTTP/1.1\r\nHost: www.example.org\r\n\r\nbody";
        assertThat(exchange(front, www)).isEqualTo("www" + www);
        String shop = "GET / HTTP/1.1\r\nHost: SHOP.example.org:80\r\n\r\n";
        assertThat(exchange(front, shop.split("(?<=.)"))).isEqualTo("shop" + shop);
        assertThat(exchange(front, "GET / HTTP/1.1\r\nHost: other\r\n\r\n", "x".repeat(100_000)))
                .startsWith("HTTP/1.1 421 Misdirected Request\r\n").endsWith("there is no host 'other' here\n");
        assertThat(exchange(front, "GET / HTTP/1.1\r\nHo")).startsWith("HTTP/1.1 408 ");
        assertThat(notes).isEmpty();
    }

    @Test
    void shouldTellTlsClientThatThereIsNoSuchHost() throws Exception {
        SocketFront front = named(LONG);
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (Socket tls = factory.createSocket(client(front), "nobody.example.org", 443, true)) {
            assertThatThrownBy(() -> tls.getInputStream().read()).isInstanceOf(SSLException.class)
                    .hasMessageContaining("unrecognized_name");
        }
    }

    @Test
    void shouldResetClientsThatDoNotSayWhomTheyWant() throws Exception {
        SocketFront front = named(Duration.ofMillis(300));
        Socket silent = client(front);
        Socket speaker = client(front);
        speaker.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
        for (Socket client : List.of(silent, speaker)) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(notes).hasSize(2)
                .allMatch(note -> note.endsWith("did not say which host it wants")));
        Socket slow = client(front);
        slow.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 408 ");
    }
}
