package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.net.TcpChannel;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The accept loop with new connections, which need no rights. */
@Timeout(120)
class AcceptorTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static InetSocketAddress free(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new InetSocketAddress(host, socket.getLocalPort());
        }
    }

    @Test
    void shouldTakeNewConnections() throws Exception {
        for (String host : new String[] {"127.0.0.1", "::"}) {
            InetSocketAddress address = free(host);
            try (Acceptor acceptor = Acceptor.listen(address, 8);
                    SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", address.getPort()));
                    TcpChannel channel = acceptor.accept(LONG)) {
                assertThat(channel.remoteAddress()).isEqualTo(client.getLocalAddress());
                client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));

                assertThat(Exchange.bytes(channel, 3)).containsExactly(1, 2, 3);
            }
        }
    }

    @Test
    void shouldEndWaitingInTime() throws Exception {
        try (Acceptor acceptor = Acceptor.listen(free("127.0.0.1"), 8)) {
            assertThatThrownBy(() -> acceptor.accept(Duration.ofMillis(20))).isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("no connection within 20 ms");
        }
    }

    @Test
    void shouldEndWaitingWhenItIsClosed() throws Exception {
        Acceptor acceptor = Acceptor.listen(free("127.0.0.1"), 8);
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return "accepted " + acceptor.accept(LONG);
            } catch (IOException closed) {
                return closed.getClass().getSimpleName();
            }
        }, task -> new Thread(task).start());
        acceptor.close();

        assertThat(waiting.get(60, TimeUnit.SECONDS)).isEqualTo("ClosedChannelException");
        assertThatThrownBy(() -> acceptor.accept(LONG)).isInstanceOf(ClosedChannelException.class);
        acceptor.close();
    }

    @Test
    void shouldSayWhoHasTheAddress() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", other.getLocalPort());
            assertThatThrownBy(() -> Acceptor.listen(address, 8)).isInstanceOf(IOException.class)
                    .hasMessage("cannot listen at " + address + ": EADDRINUSE");
        }
    }

    @Test
    void shouldRefuseUnacknowledgedDataOfOurs() {
        InetSocketAddress local = new InetSocketAddress("10.0.0.1", 80);
        InetSocketAddress remote = new InetSocketAddress("10.0.0.2", 5000);
        Tcb tcb = new Tcb(local, remote, TcpState.ESTABLISHED, 10, 9, 100, 0, 100, 50, 100, -1, -1, 1460, false, false, 0,
                0, new byte[0]);
        try (Adopter adopter = new Adopter()) {
            assertThatThrownBy(() -> adopter.prepare(tcb)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("connection of " + remote + " in ESTABLISHED with data of ours that is not acknowledged: "
                            + "the front sends none");
        }
    }
}
