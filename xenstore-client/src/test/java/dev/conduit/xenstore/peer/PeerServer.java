package dev.conduit.xenstore.peer;

import static org.awaitility.Awaitility.await;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A running daemon of Debian's, without Xen. */
public final class PeerServer implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int RING_BYTES = 4096;

    private final Path directory;
    private final Process process;

    private PeerServer(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** Starts one and waits until it answers on its socket; skips the test when Debian's programs are not here. */
    public static PeerServer start(Peers.Daemon daemon) {
        Peers.require();
        try {
            Path directory = Files.createTempDirectory("xs");
            Path log = directory.resolve("daemon.log");
            Process process = new ProcessBuilder(Peers.script("xenstored").toString(), daemon.key(),
                    directory.toString()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            PeerServer server = new PeerServer(directory, process);
            try {
                await("socket of xenstored " + daemon.key()).atMost(LONG).pollInterval(Duration.ofMillis(5))
                        .until(() -> !process.isAlive() || server.answers());
                if (!process.isAlive()) {
                    throw new AssertionError("xenstored " + daemon.key() + " ended: " + Files.readString(log));
                }
            } catch (Throwable e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Its socket; whoever connects has the rights of domain 0. */
    public Path socket() {
        return directory.resolve("socket");
    }

    /** Its process. */
    public Process process() {
        return process;
    }

    /** Makes a domain with an empty page; INTRODUCE does the rest. */
    public Path addDomain(int domain) {
        try {
            Files.createFile(directory.resolve("dom-" + domain));
            return Files.write(directory.resolve("ring-" + domain), new byte[RING_BYTES]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A FIFO that gets the domain id, four bytes, for each event to the domain; to be made before INTRODUCE. */
    public Path addNotifications(int domain) {
        Path fifo = directory.resolve("notify-" + domain);
        Peers.Result made = Peers.run(Map.of(), List.of("mkfifo", fifo.toString()));
        if (made.exitCode() != 0) {
            throw new AssertionError("mkfifo " + fifo + ": " + made.err());
        }
        return fifo;
    }

    /** Has a domain shut down, and the daemon notice; it is still there. */
    public void shutDown(int domain) {
        try {
            Files.writeString(directory.resolve("dom-" + domain), "shutdown");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        event(1);
    }

    /** Ends a domain and has the daemon notice. */
    public void endDomain(int domain) {
        try {
            Files.delete(directory.resolve("dom-" + domain));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        event(1);
    }

    /** The event a guest sends when it wrote to or read from its ring. */
    public void kick(int domain) {
        event(1000 + domain);
    }

    private void event(int port) {
        byte[] bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(port).array();
        // No channel: a guest's thread that is interrupted must still be able to send.
        try (FileOutputStream fifo = new FileOutputStream(directory.resolve("evtchn").toFile())) {
            fifo.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try (var files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
