package dev.conduit.rendezvous.directory.control;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ListenOptions;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.layout.ConduitNames;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a directory is asked: by guests through the conduit {@code jitsud}, who may only ask for services, and by the
 * host's operator through a Unix socket, which only its owner may open.
 */
public final class ControlServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final String OWNER_ONLY = "rw-------";
    private static final Duration DRAIN = Duration.ofSeconds(1);
    private static final long RETRY_MILLIS = 1000;

    private final Sessions sessions;
    private final ConduitServer guests;
    private final ServerSocketChannel managers;
    private final Path socket;
    private volatile boolean closed;

    private ControlServer(Sessions sessions, ConduitServer guests, ServerSocketChannel managers, Path socket) {
        this.sessions = sessions;
        this.guests = guests;
        this.managers = managers;
        this.socket = socket;
    }

    /** Reads the configuration again. */
    @FunctionalInterface
    public interface Reload {

        /**
         * Does it.
         *
         * @return what is wrong with the new one, so that the old one stays; empty when it has been taken
         * @throws InterruptedException when the thread is interrupted; the old one stays
         */
        Optional<String> run() throws InterruptedException;
    }

    /**
     * Begins to listen.
     *
     * @param directory what is asked; stays open for as long as this is
     * @param conduit in the domain of the directory
     * @param socket path of the Unix socket; one that nobody listens on is replaced
     * @param reload reads the configuration again
     * @return the server
     * @throws IOException when the name or the socket is taken, or cannot be had
     */
    public static ControlServer start(Directory directory, Conduit conduit, Path socket, Reload reload)
            throws IOException {
        ServerSocketChannel managers = bind(socket);
        ConduitServer guests = null;
        try {
            guests = conduit.listen(ConduitNames.JITSUD, ListenOptions.defaults().asWellKnownService());
        } finally {
            if (guests == null) {
                managers.close();
                Files.deleteIfExists(socket);
            }
        }
        ControlServer server = new ControlServer(
                new Sessions(new Requests(directory, reload)), guests, managers, socket);
        thread("jitsud-guests", server::acceptGuests);
        thread("jitsud-managers", server::acceptManagers);
        return server;
    }

    /**
     * Returns where the operator asks.
     *
     * @return path of the Unix socket
     */
    public Path socket() {
        return socket;
    }

    private static ServerSocketChannel bind(Path socket) throws IOException {
        if (Files.exists(socket)) {
            requireNobody(socket);
            Files.delete(socket);
        }
        Path folder = socket.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwx------")));
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(OWNER_ONLY));
        return channel;
    }

    private static void requireNobody(Path socket) throws IOException {
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
        } catch (ConnectException nobody) {
            return;
        }
        throw new IOException("a directory runs already: it listens on " + socket);
    }

    private static void thread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void acceptGuests() {
        accept(() -> {
            ConduitConnection guest = guests.accept();
            return new Session(guest.input(), guest.output(), () -> guest.close(DRAIN), "domain-" + guest.peer(), false);
        });
    }

    private void acceptManagers() {
        accept(() -> {
            SocketChannel manager = managers.accept();
            return new Session(Channels.newInputStream(manager), Channels.newOutputStream(manager), manager, "operator",
                    true);
        });
    }

    private interface Accept {
        Session next() throws IOException;
    }

    private void accept(Accept accept) {
        while (!closed) {
            try {
                sessions.take(accept.next());
            } catch (ClosedChannelException end) {
                return;
            } catch (IOException failed) {
                LOG.warn("a client of the directory was lost: {}", failed.getMessage());
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops listening; who waits for an answer loses its connection, and may ask the next directory. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        guests.close();
        try {
            managers.close();
            Files.deleteIfExists(socket);
        } catch (IOException gone) {
            LOG.debug("closing {}: {}", socket, gone.getMessage());
        }
        sessions.close();
    }
}
