package dev.conduit.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TcpChannelTest {

    private static final int MEGABYTES = 8 << 20;

    private TcpListener listener;
    private SocketChannel client;
    private TcpChannel channel;

    @BeforeEach
    void connect() throws IOException {
        InetSocketAddress address;
        try (ServerSocket free = new ServerSocket(0)) {
            address = new InetSocketAddress("127.0.0.1", free.getLocalPort());
        }
        listener = TcpListener.listen(address, 8);
        client = SocketChannel.open(address);
        while (channel == null) {
            listener.await(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
            channel = listener.accept();
        }
    }

    @AfterEach
    void giveBack() throws IOException {
        client.close();
        channel.close();
        listener.close();
    }

    @Test
    void shouldCarryManyBytesBothWaysAtOnce() throws Exception {
        byte[] sent = new byte[MEGABYTES];
        new Random(7).nextBytes(sent);
        CompletableFuture<Integer> writing = run(() -> channel.write(ByteBuffer.wrap(sent)));
        CompletableFuture<Integer> clientWriting = run(() -> client.write(ByteBuffer.wrap(sent)));
        CompletableFuture<byte[]> clientReading = run(() -> bytes(client::read));

        assertThat(Arrays.equals(bytes(channel::read), sent)).isTrue();
        assertThat(Arrays.equals(clientReading.get(60, TimeUnit.SECONDS), sent)).isTrue();
        assertThat(writing.get(60, TimeUnit.SECONDS)).isEqualTo(MEGABYTES);
        assertThat(clientWriting.get(60, TimeUnit.SECONDS)).isEqualTo(MEGABYTES);
    }

    private interface Read {
        int read(ByteBuffer into) throws IOException;
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static byte[] bytes(Read from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MEGABYTES);
        while (bytes.hasRemaining()) {
            assertThat(from.read(bytes)).isPositive();
        }
        byte[] result = new byte[MEGABYTES];
        bytes.flip().get(result);
        return result;
    }

    private static <T> CompletableFuture<T> run(Work<T> work) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return work.run();
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        }, task -> new Thread(task).start());
    }

    @Test
    void shouldEndOneDirectionAtATime() throws Exception {
        channel.shutdownOutput();
        channel.shutdownOutput();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        client.write(ByteBuffer.wrap(new byte[] {5}));
        client.shutdownOutput();

        assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
        assertThat(channel.read(ByteBuffer.allocate(8))).isEqualTo(1);
        assertThat(channel.read(ByteBuffer.allocate(8))).isEqualTo(-1);
        assertThat(channel.read(ByteBuffer.allocate(8))).isEqualTo(-1);
    }

    @Test
    void shouldEndWaitingInTime() throws Exception {
        channel.timeout(Duration.ofMillis(20));

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(SocketTimeoutException.class)
                .hasMessage("nothing came from " + client.getLocalAddress() + " within 20 ms");
        ByteBuffer much = ByteBuffer.allocate(64 << 20);
        assertThatThrownBy(() -> channel.write(much)).isInstanceOf(SocketTimeoutException.class)
                .hasMessage("nothing is taken by " + client.getLocalAddress() + " within 20 ms");
        assertThat(much.position()).as("taken before").isPositive();
        assertThatThrownBy(() -> channel.timeout(Duration.ofNanos(5))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time-out of PT0.000000005S is shorter than a millisecond");
        client.write(ByteBuffer.wrap(new byte[] {5}));
        channel.timeout(Duration.ofMinutes(1));
        assertThat(channel.read(ByteBuffer.allocate(1))).as("one may go on").isEqualTo(1);
    }

    @Test
    void shouldEndWaitingWhenItIsClosed() throws Exception {
        CompletableFuture<String> reading = CompletableFuture.supplyAsync(() -> {
            try {
                return "read " + channel.read(ByteBuffer.allocate(1));
            } catch (IOException closed) {
                return closed.getClass().getSimpleName();
            }
        }, task -> new Thread(task).start());
        channel.close();

        assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo("ClosedChannelException");
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(channel::shutdownOutput).isInstanceOf(ClosedChannelException.class);
        channel.close();
        assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void shouldSayWhoResetTheConnection() throws Exception {
        String name = client.getLocalAddress().toString();
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();

        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class)
                .hasMessage("connection with " + name + " is broken: ECONNRESET");
    }

    @Test
    void shouldReadNoMoreAfterItsInputWasEnded() throws Exception {
        CompletableFuture<Integer> reading = run(() -> channel.read(ByteBuffer.allocate(8)));
        channel.shutdownInput();

        assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
        channel.write(ByteBuffer.wrap(new byte[] {5}));
        assertThat(client.read(ByteBuffer.allocate(8))).as("the other direction").isEqualTo(1);
        channel.close();
        assertThatThrownBy(channel::shutdownInput).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void shouldTellPeerThatNotEverythingArrives() throws Exception {
        CompletableFuture<String> reading = CompletableFuture.supplyAsync(() -> {
            try {
                return "read " + channel.read(ByteBuffer.allocate(1));
            } catch (IOException broken) {
                return "broken";
            }
        }, task -> new Thread(task).start());
        channel.reset();

        assertThat(reading.get(60, TimeUnit.SECONDS)).isEqualTo("broken");
        assertThatThrownBy(() -> client.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
        assertThat(channel.isOpen()).isFalse();
        channel.reset();
        channel.close();
    }
}
