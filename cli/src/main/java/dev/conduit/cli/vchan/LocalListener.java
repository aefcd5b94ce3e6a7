package dev.conduit.cli.vchan;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** A Unix socket local programs connect to; its file goes with it. */
final class LocalListener implements AutoCloseable {

    /** What the JDK takes of the 108 bytes of sun_path. */
    private static final int PATH_MAX = 106;

    private final Path file;
    private final ServerSocketChannel acceptor;
    private final Object identity;

    private LocalListener(Path file, ServerSocketChannel acceptor, Object identity) {
        this.file = file;
        this.acceptor = acceptor;
        this.identity = identity;
    }

    /** Checks the length of a socket's path. */
    static UnixDomainSocketAddress address(Path file) {
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > PATH_MAX) {
            throw new IllegalArgumentException(
                    "socket " + file + ": the path has " + length + " bytes, at most " + PATH_MAX + " are possible");
        }
        return UnixDomainSocketAddress.of(file);
    }

    /** Connects to another program's socket; fails at once when it has no room in its queue, instead of blocking. */
    static SocketChannel connect(UnixDomainSocketAddress address) throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.configureBlocking(false);
            socket.connect(address);
            socket.configureBlocking(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Listens, in the place of a socket a dead program has left. */
    static LocalListener bind(Path file) throws IOException {
        UnixDomainSocketAddress address = address(file);
        requireFree(file, address);
        ServerSocketChannel acceptor = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            acceptor.bind(address);
            return new LocalListener(file, acceptor, identity(file));
        } catch (IOException e) {
            acceptor.close();
            throw new IOException("cannot listen on " + file + ": " + e.getMessage(), e);
        }
    }

    private static void requireFree(Path file, UnixDomainSocketAddress address) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!attributes(file).isOther()) {
            throw new IOException("cannot listen on " + file + ": it exists and is not a socket");
        }
        try {
            connect(address).close();
        } catch (ConnectException e) {
            Files.delete(file);
            return;
        } catch (IOException e) {
            throw new IOException("cannot listen on " + file + ": " + e.getMessage(), e);
        }
        throw new IOException("cannot listen on " + file + ": a program is listening there");
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static Object identity(Path file) throws IOException {
        return attributes(file).fileKey();
    }

    SocketChannel accept() throws IOException {
        return acceptor.accept();
    }

    /** Ends a blocked {@link #accept}, from any thread; the file is removed while it is still this listener's. */
    @Override
    public synchronized void close() {
        try {
            acceptor.close();
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && identity(file).equals(identity)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            Notice.say("socket " + file + " stays: " + e.getMessage());
        }
    }
}
