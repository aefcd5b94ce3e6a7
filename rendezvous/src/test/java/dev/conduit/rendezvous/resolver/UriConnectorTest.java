package dev.conduit.rendezvous.resolver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.ConduitException;
import dev.conduit.rendezvous.ConduitTimeoutException;
import dev.conduit.rendezvous.nameserver.OneCodeServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;

/** Sockets behind URIs: real ones, on loopback. */
@Timeout(120)
class UriConnectorTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void shouldConnectByTcp() throws IOException {
        try (EchoServer echo = new EchoServer(ServerSocketFactory.getDefault());
                Connection connection = connector(ConnectorOptions.defaults())
                        .connect(URI.create("tcp://127.0.0.1:" + echo.port()), LONG)) {
            assertThat(connection.endpoint()).hasToString("tcp://127.0.0.1:" + echo.port());
            assertThat(connection.conduit()).isEmpty();
            assertEchoes(connection);
        }
    }

    @Test
    void shouldReadWhileAnotherThreadWrites() throws Exception {
        try (EchoServer echo = new EchoServer(ServerSocketFactory.getDefault());
                Connection connection = connector(ConnectorOptions.defaults())
                        .connect(URI.create("tcp://127.0.0.1:" + echo.port()), LONG)) {
            CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    return connection.input().read();
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            assertThat(reader).isNotDone();
            connection.output().write(42);
            assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(42);
        }
    }

    @Test
    void shouldConnectToUnixSocket() throws IOException {
        Path path = folder.resolve("a socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            try (Connection connection = connector(ConnectorOptions.defaults()).connect(
                    URI.create("unix://" + path.toUri().getRawPath()), LONG);
                    SocketChannel accepted = server.accept()) {
                assertThat(connection.endpoint()).isEqualTo(new Endpoint.UnixSocket(path));
                connection.write(ByteBuffer.wrap(new byte[] {7}));
                ByteBuffer buffer = ByteBuffer.allocate(1);
                accepted.read(buffer);
                assertThat(buffer.array()).containsExactly(7);
            }
        }
    }

    @Test
    void shouldNotWaitForeverForFullUnixSocket() throws Exception {
        Path path = folder.resolve("full");
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            for (int i = 0; i < 2; i++) {
                clients.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            }
            assertThatThrownBy(() -> connector(ConnectorOptions.defaults())
                    .connect(URI.create("unix://" + path), Duration.ofSeconds(1)))
                    .isInstanceOf(ConduitTimeoutException.class)
                    .hasMessageContaining("unix://" + path + ": its backlog is full");
            CompletableFuture<Connection> waits = CompletableFuture.supplyAsync(() -> {
                try {
                    return connector(ConnectorOptions.defaults()).connect(URI.create("unix://" + path), LONG);
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            for (int i = 0; i < 3; i++) {
                clients.add(server.accept());
            }
            waits.get(30, TimeUnit.SECONDS).close();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Test
    void shouldSpeakTls() throws Exception {
        Certificate certificate = new Certificate(folder, "www.lab.test");
        try (EchoServer echo = new EchoServer(certificate.server().getServerSocketFactory());
                Connection connection = connector(tls("www.lab.test", echo, certificate.client()))
                        .connect(URI.create("https://www.lab.test:" + echo.port()), LONG)) {
            assertThat(connection.endpoint()).hasToString("tls://127.0.0.1:" + echo.port());
            assertEchoes(connection);
        }
    }

    @Test
    void shouldRefuseWrongCertificates() throws Exception {
        Certificate certificate = new Certificate(folder, "www.lab.test");
        Certificate other = new Certificate(folder, "bank.lab.test");
        try (EchoServer echo = new EchoServer(certificate.server().getServerSocketFactory())) {
            assertThatThrownBy(() -> connector(tls("bank.lab.test", echo, certificate.client()))
                    .connect(URI.create("tls://bank.lab.test:" + echo.port()), LONG))
                    .isInstanceOf(ConduitException.class)
                    .hasMessageStartingWith("cannot connect to 'tls://bank.lab.test:" + echo.port()
                            + "': tls://127.0.0.1:" + echo.port() + ": ")
                    .hasMessageContaining("bank.lab.test");
            assertThatThrownBy(() -> connector(tls("www.lab.test", echo, other.client()))
                    .connect(URI.create("tls://www.lab.test:" + echo.port()), LONG))
                    .isInstanceOf(ConduitException.class).hasMessageContaining("certificat");
        }
    }

    @Test
    void shouldNotWaitForeverForHandshake() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> connector(ConnectorOptions.defaults())
                    .connect(URI.create("tls://127.0.0.1:" + mute.getLocalPort()), Duration.ofSeconds(2)))
                    .isInstanceOf(ConduitTimeoutException.class)
                    .hasMessageContaining("the TLS handshake took too long");
        }
    }

    @Test
    void shouldFallBackInOrderAndSayWhyOthersFailed() throws Exception {
        Path nothing = folder.resolve("nothing");
        int closed = closedPort();
        try (EchoServer echo = new EchoServer(ServerSocketFactory.getDefault())) {
            StaticResolver entries = StaticResolver.empty().with("www.lab.test", new Endpoint.UnixSocket(nothing),
                    new Endpoint.Tcp(loopback(closed)), new Endpoint.Tcp(echo.address()));
            try (Connection connection = connector(ConnectorOptions.defaults().withEntries(entries))
                    .connect(URI.create("http://WWW.lab.test"), LONG)) {
                assertThat(connection.endpoint()).hasToString("tcp://127.0.0.1:" + echo.port());
                assertEchoes(connection);
            }
        }
        try (OneCodeServer dns = new OneCodeServer(Rcode.SERVFAIL)) {
            StaticResolver entries = StaticResolver.empty().with("www.lab.test", new Endpoint.UnixSocket(nothing),
                    new Endpoint.Tcp(loopback(closed)));
            ConnectorOptions options =
                    ConnectorOptions.defaults().withEntries(entries).withNameServers(dns.address());
            assertThatThrownBy(() -> connector(options).connect(URI.create("http://www.lab.test"), LONG))
                    .isInstanceOf(ConduitException.class)
                    .hasMessageStartingWith("cannot connect to 'www.lab.test:80': unix://" + nothing + ": ")
                    .hasMessageContaining("; tcp://127.0.0.1:" + closed + ": Connection refused")
                    .hasMessageContaining("; DNS has no answer for www.lab.test A: 127.0.0.1:"
                            + dns.address().getPort() + " says SERVFAIL")
                    .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(3));
        }
    }

    @Test
    void shouldGoOnWhileAnAddressIsSilent() throws Exception {
        try (FullPort silent = new FullPort(); EchoServer echo = new EchoServer(ServerSocketFactory.getDefault())) {
            StaticResolver entries = StaticResolver.empty().with("www",
                    new Endpoint.Tcp(silent.address()), new Endpoint.Tcp(echo.address()));
            try (Connection connection = connector(ConnectorOptions.defaults().withEntries(entries))
                    .connect(URI.create("//www"), LONG)) {
                assertThat(connection.endpoint()).isEqualTo(new Endpoint.Tcp(echo.address()));
            }
            StaticResolver onlySilent = StaticResolver.empty().with("www", new Endpoint.Tcp(silent.address()));
            try (OneCodeServer unknown = new OneCodeServer(Rcode.NXDOMAIN)) {
                ConnectorOptions options =
                        ConnectorOptions.defaults().withEntries(onlySilent).withNameServers(unknown.address());
                assertThatThrownBy(() -> connector(options).connect(URI.create("tcp://127.0.0.1:"
                        + silent.address().getPort()), Duration.ofSeconds(2)))
                        .isInstanceOf(ConduitTimeoutException.class)
                        .hasMessage("connect to 'tcp://127.0.0.1:" + silent.address().getPort()
                                + "' timed out after 2000 ms: tcp://127.0.0.1:" + silent.address().getPort()
                                + ": no answer");
            }
        }
    }

    @Test
    void shouldEndWhenInterrupted() throws Exception {
        try (FullPort silent = new FullPort()) {
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    connector(ConnectorOptions.defaults()).connect(
                            URI.create("tcp://127.0.0.1:" + silent.address().getPort()), LONG);
                } catch (IOException expected) {
                    outcome.complete(
                            Thread.interrupted() ? expected : new AssertionError("interrupt is gone", expected));
                }
            });
            thread.start();
            await().atMost(LONG).until(() -> List.of(thread.getStackTrace()).stream()
                    .anyMatch(frame -> frame.getMethodName().equals("select")));
            thread.interrupt();
            assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
        }
    }

    @Test
    void shouldSayThatNameIsNotKnown() throws IOException {
        try (OneCodeServer unknown = new OneCodeServer(Rcode.NXDOMAIN)) {
            UriConnector connector = connector(ConnectorOptions.defaults().withNameServers(unknown.address()));
            assertThatThrownBy(() -> connector.connect(URI.create("//www.lab.test"), LONG)).hasMessage(
                    "cannot connect to 'www.lab.test': the name is not known; without a port only conduits, fixed"
                            + " entries and SRV records are looked for");
            assertThatThrownBy(() -> connector.connect(URI.create("http://www.lab.test"), LONG))
                    .hasMessage("cannot connect to 'www.lab.test:80': the name is not known");
            assertThatThrownBy(() -> connector.connect(URI.create("unix:relative"), LONG))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("cannot connect to 'unix:relative': a Unix socket is unix:///path");
        }
    }

    /** A port whose backlog is full, so that it drops what comes: as silent as a host that is off. */
    private static final class FullPort implements AutoCloseable {

        private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        private final List<SocketChannel> clients = new ArrayList<>();

        FullPort() throws IOException {
            for (int i = 0; i < 10; i++) {
                SocketChannel client = SocketChannel.open();
                client.configureBlocking(false);
                client.connect(server.getLocalSocketAddress());
                clients.add(client);
            }
        }

        InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel client : clients) {
                client.close();
            }
            server.close();
        }
    }

    private static ConnectorOptions tls(String host, EchoServer echo, SSLContext context) {
        return ConnectorOptions.defaults().withTls(context).withEntries(
                StaticResolver.empty().with(host, new Endpoint.Tls(echo.address(), host)));
    }

    private static UriConnector connector(ConnectorOptions options) {
        return UriConnector.withoutConduits(options);
    }

    private static InetSocketAddress loopback(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static void assertEchoes(Connection connection) throws IOException {
        byte[] sent = "hello".repeat(10_000).getBytes(UTF_8);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try {
                connection.output().write(sent);
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        assertThat(connection.input().readNBytes(sent.length)).isEqualTo(sent);
        writer.join();
    }
}
