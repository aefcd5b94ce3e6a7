package dev.conduit.cli;

import static dev.conduit.cli.TwoDomains.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conduit vchan --socket} at both ends, and with Debian's unmodified vchan-socket-proxy at either. */
final class VchanSocketTest {

    @TempDir
    private Path folder;

    private TwoDomains domains;

    @BeforeEach
    void start() throws Exception {
        domains = new TwoDomains(folder.resolve("h"));
    }

    @AfterEach
    void stop() {
        domains.close();
    }

    private Command listen(Path socket) throws Exception {
        Command listen = domains.listen(NOTHING, "http", "--socket", socket.toString());
        domains.awaitPublished("http");
        return listen;
    }

    private Command connect(Path socket) throws Exception {
        Command connect = domains.connect(NOTHING, "http", "--socket", socket.toString());
        connect.awaitNotice("stop it with Ctrl-C");
        return connect;
    }

    @Test
    void shouldCarryHttpAndLeaveNothingWhenStopped() throws Exception {
        HttpOverVchan http = new HttpOverVchan(domains, folder);
        Command listen = listen(http.serverSocket);
        Command connect = connect(http.clientSocket);
        http.assertCarriesRequests();
        for (int i = 0; i < 3; i++) {
            http.leaveInTheMiddle();
        }
        http.assertCarriesRequests();

        connect.process().toHandle().destroy();
        listen.process().toHandle().destroy();
        for (Command command : new Command[] {connect, listen}) {
            Command.Result result = command.finish();
            assertThat(result.exit()).as(result.error()).isZero();
        }
        assertThat(http.clientSocket).doesNotExist();
        domains.awaitNode(domains.path("http"), false);
        domains.assertNothingHeld();
    }

    @Test
    void shouldBeClientOfProxyInC() throws Exception {
        TwoDomains.requireProxy();
        HttpOverVchan http = new HttpOverVchan(domains, folder);
        Command proxy = domains.proxy(true, "http", http.serverSocket.toString());
        domains.awaitPublished("http");
        connect(http.clientSocket);
        http.assertCarriesRequests();
        for (int i = 0; i < 5; i++) {
            http.leaveInTheMiddle();
            assertThat(http.curl("http://host/small").text()).isEqualTo("hello\n");
        }
        http.assertCarriesRequests();
        assertThat(proxy.process().isAlive()).isTrue();
    }

    @Test
    void shouldBeServerOfProxyInC() throws Exception {
        TwoDomains.requireProxy();
        HttpOverVchan http = new HttpOverVchan(domains, folder);
        listen(http.serverSocket);
        Command proxy = domains.proxy(false, "http", http.clientSocket.toString());
        TwoDomains.awaitFile(http.clientSocket);
        http.assertCarriesRequests();

        // Here the proxy itself ends, by a signal or an error: the next one is served all the same.
        http.leaveInTheMiddle();
        proxy.finish();
        Files.delete(http.clientSocket);
        domains.proxy(false, "http", http.clientSocket.toString());
        TwoDomains.awaitFile(http.clientSocket);
        http.assertCarriesRequests();
    }

    @Test
    void shouldDeliverReplyAfterEndOfOutputAndEndAfterClose() throws Exception {
        Path serverSocket = folder.resolve("s");
        Path clientSocket = folder.resolve("c");
        try (ServerSocketChannel program = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            program.bind(UnixDomainSocketAddress.of(serverSocket));
            listen(serverSocket);
            connect(clientSocket);
            for (int i = 0; i < 2; i++) {
                try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(clientSocket))) {
                    client.write(bytes("question"));
                    client.shutdownOutput();
                    try (SocketChannel server = program.accept()) {
                        assertThat(read(server, 8)).isEqualTo("question");
                        server.write(bytes("answer"));
                    }
                    var answer = new ByteArrayOutputStream();
                    Channels.newInputStream(client).transferTo(answer);
                    assertThat(answer.toString(StandardCharsets.UTF_8)).isEqualTo("answer");
                }
            }
        }
    }

    @Test
    void shouldTurnClientsAwayWhileNoProgramListens() throws Exception {
        Path serverSocket = folder.resolve("s");
        Path clientSocket = folder.resolve("c");
        Command listen = listen(serverSocket);
        connect(clientSocket);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(clientSocket))) {
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        listen.awaitNotice("client turned away: cannot connect to " + serverSocket);
        try (ServerSocketChannel program = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            program.bind(UnixDomainSocketAddress.of(serverSocket));
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(clientSocket));
                    SocketChannel server = program.accept()) {
                client.write(bytes("now"));
                assertThat(read(server, 3)).isEqualTo("now");
            }
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(SocketChannel channel, int count) throws Exception {
        byte[] bytes = Channels.newInputStream(channel).readNBytes(count);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
