package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the transport of the device relies on, with files of this machine that read and write as the device does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DeviceFileTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    /** A file that gives back what is written to it, and whose readers wait for that. */
    private Path fifo() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        return fifo;
    }

    @Test
    void shouldWriteWhileAReadWaitsAndEndItByClosing() throws Exception {
        for (Path path : new Path[] {fifo(), Path.of("/dev/ptmx")}) {
            DeviceFile file = DeviceFile.open(path);
            BlockingQueue<Integer> counts = new LinkedBlockingQueue<>();
            CompletableFuture<IOException> ended = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    while (true) {
                        counts.add(file.read(ByteBuffer.allocateDirect(100)));
                    }
                } catch (IOException e) {
                    ended.complete(e);
                }
            });
            reader.start();
            file.write("hello".getBytes());
            assertThat(counts.poll(20, TimeUnit.SECONDS)).as("%s", path).isEqualTo(5);
            await("second read").atMost(LONG).until(() -> reader.getStackTrace()[0].isNativeMethod());
            file.close();

            assertThat(ended.get(20, TimeUnit.SECONDS)).as("%s", path).isInstanceOf(AsynchronousCloseException.class);
        }
    }

    @Test
    void shouldTellTheSystemsErrors() throws Exception {
        assertThatThrownBy(() -> write("/dev/full", "x")).isInstanceOf(IOException.class)
                .matches(e -> SystemErrors.name(e.getMessage()).equals("ENOSPC"));
        assertThatThrownBy(() -> write("/proc/self/oom_score_adj", "no number")).isInstanceOf(IOException.class)
                .matches(e -> SystemErrors.name(e.getMessage()).equals("EINVAL"));
    }

    private static void write(String path, String text) throws IOException {
        try (DeviceFile file = DeviceFile.open(Path.of(path))) {
            file.write(text.getBytes());
        }
    }

    @Test
    void shouldCarryMessagesAndEndItsThreads() throws Exception {
        DeviceTransport transport = DeviceTransport.open(fifo());
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        CompletableFuture<IOException> lost = new CompletableFuture<>();
        long before = threads();
        transport.start(new Transport.Receiver() {
            @Override
            public void received(Message message) {
                received.add(message);
            }

            @Override
            public void lost(IOException cause) {
                lost.complete(cause);
            }
        });
        byte[] payload = Payload.stringAndBytes("/a", new byte[4077]);
        transport.send(Message.of(Operation.WRITE, 7, 3, payload));
        Message echo = received.poll(20, TimeUnit.SECONDS);

        assertThat(echo.requestId()).isEqualTo(7);
        assertThat(echo.payload()).isEqualTo(payload);
        assertThat(threads()).isEqualTo(before + 2);
        transport.close();
        await().atMost(LONG).until(() -> threads() == before);
        assertThat(lost).isNotDone();
    }

    /** Threads of device transports. */
    private static long threads() {
        return Thread.getAllStackTraces().values().stream().flatMap(java.util.Arrays::stream)
                .filter(frame -> frame.getClassName().equals(DeviceTransport.class.getName()))
                .map(StackTraceElement::getMethodName).filter(name -> name.equals("read") || name.equals("write"))
                .count();
    }

    @Test
    void shouldNameADeviceThatCannotBeOpened() throws Exception {
        Path missing = directory.resolve("no/xenbus");
        assertThatThrownBy(() -> DeviceTransport.open(missing)).isInstanceOf(XenStoreException.class)
                .hasMessage("cannot open the XenStore device: " + missing + " (No such file or directory)");
        assertThat(Files.exists(missing)).isFalse();
    }
}
