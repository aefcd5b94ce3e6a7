package dev.conduit.rendezvous;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.rendezvous.resolver.ConnectorOptions;
import dev.conduit.rendezvous.resolver.Endpoint;
import dev.conduit.rendezvous.resolver.StaticResolver;
import dev.conduit.rendezvous.resolver.UriConnector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that know sockets only, over a conduit. */
class ConduitSocketTest extends TwoDomains {

    private SocketFactory sockets;

    @BeforeEach
    void makeFactory() {
        sockets = UriConnector.of(asking, ConnectorOptions.defaults()).socketFactory(LONG);
    }

    @Test
    void shouldCarryOldFashionedHttpClient() throws Exception {
        try (ConduitServer server = serving.listen("www")) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> {
                try (ConduitConnection connection = server.accept(LONG)) {
                    String line = new BufferedReader(new InputStreamReader(connection.input(), US_ASCII)).readLine();
                    connection.output().write("HTTP/1.0 200 OK\r\n\r\nhello".getBytes(US_ASCII));
                    connection.close(LONG);
                    return line;
                } catch (IOException failed) {
                    throw new IllegalStateException(failed);
                }
            });
            try (Socket socket = sockets.createSocket("www.xen", 80)) {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).endsWith("hello");
                assertThat(socket.getRemoteSocketAddress()).hasToString("www.xen/127.0.0.1:80");
                assertThat(socket).hasToString("Socket[conduit://www]");
                assertThat(socket.isConnected()).isTrue();
            }
            assertThat(request.get(20, TimeUnit.SECONDS)).isEqualTo("GET / HTTP/1.0");
        }
    }

    @Test
    void shouldKeepSocketsRules() throws Exception {
        try (ConduitServer server = serving.listen("www")) {
            Socket socket = sockets.createSocket("www", 80);
            socket.setSoTimeout(20);
            assertThatThrownBy(() -> socket.getInputStream().read()).as(server.name())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("nothing to read from conduit://www for 20 ms");
            assertThatThrownBy(socket::shutdownOutput).isInstanceOf(SocketException.class)
                    .hasMessage("conduit://www cannot end in one direction; close it");
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.1", 1)))
                    .isInstanceOf(SocketException.class).hasMessage("already connected to conduit://www");
            socket.close();
            assertThat(socket.isClosed()).isTrue();
            assertThatThrownBy(socket::getInputStream).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void shouldGiveOrdinarySocketForTcp() throws Exception {
        try (ServerSocket tcp = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            StaticResolver entries = StaticResolver.empty().with("web",
                    new Endpoint.Tcp((InetSocketAddress) tcp.getLocalSocketAddress()));
            SocketFactory factory = UriConnector.of(asking, ConnectorOptions.defaults().withEntries(entries))
                    .socketFactory(LONG);
            try (Socket byName = factory.createSocket("web", 80);
                    Socket byAddress = factory.createSocket(tcp.getInetAddress(), tcp.getLocalPort())) {
                assertThat(byName.getRemoteSocketAddress()).isEqualTo(tcp.getLocalSocketAddress());
                assertThat(byAddress.getRemoteSocketAddress()).isEqualTo(tcp.getLocalSocketAddress());
                byName.setSoTimeout(20);
                assertThatThrownBy(() -> byName.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    /** Whatever is not overridden would make a socket of the kernel's behind the scenes. */
    @Test
    void shouldLeaveNoMethodToSocket() throws Exception {
        try (ConduitServer server = serving.listen("www"); Socket socket = sockets.createSocket(server.name(), 80)) {
            Class<?> ours = socket.getClass();
            assertThat(Stream.of(Socket.class.getMethods()).filter(method -> method.getDeclaringClass() == Socket.class
                    && !Modifier.isStatic(method.getModifiers())).filter(method -> !overrides(ours, method))
                    .map(Method::getName)).containsExactlyInAnyOrder("getRemoteSocketAddress", "getLocalSocketAddress");
            assertThat(socket.getLocalSocketAddress()).hasToString("localhost/127.0.0.1:0");
        }
    }

    private static boolean overrides(Class<?> ours, Method method) {
        return Stream.of(ours.getDeclaredMethods()).anyMatch(own -> own.getName().equals(method.getName())
                && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
    }
}
