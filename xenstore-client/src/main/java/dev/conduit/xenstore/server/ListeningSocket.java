package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.Acceptor;
import dev.conduit.xenstore.server.socket.Sockets;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** A Unix socket others connect to: made without a moment of looser rights, removed again only while it is ours. */
final class ListeningSocket {

    private static final int BACKLOG = 1024;
    /** The JDK takes 106 of the 108 bytes of sun_path; one is for the name the socket is bound under. */
    private static final int PATH_MAX = 105;

    private final Path file;
    private final Acceptor acceptor;
    private final Object identity;

    private ListeningSocket(Path file, Acceptor acceptor, Object identity) {
        this.file = file;
        this.acceptor = acceptor;
        this.identity = identity;
    }

    /** Binds under another name, sets mode 0600 and moves the socket to its place, over what a dead server left. */
    static ListeningSocket bind(Sockets sockets, Path file) throws IOException {
        int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > PATH_MAX) {
            throw new IOException("cannot listen on " + file + ": the path has " + length + " bytes, at most "
                    + PATH_MAX + " are possible");
        }
        requireFree(file);
        Path fresh = file.resolveSibling(file.getFileName() + "~");
        requireNothingButSocket(fresh);
        Files.deleteIfExists(fresh);
        Acceptor acceptor = null;
        try {
            acceptor = sockets.listen(fresh, BACKLOG);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return new ListeningSocket(file, acceptor, attributes(file).fileKey());
        } catch (IOException e) {
            if (acceptor != null) {
                acceptor.close();
            }
            Files.deleteIfExists(fresh);
            throw new IOException("cannot listen on " + file + ": " + e.getMessage(), e);
        }
    }

    private static void requireFree(Path file) throws IOException {
        if (!requireNothingButSocket(file)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(file));
        } catch (IOException e) {
            return;
        }
        throw new IOException("cannot listen on " + file + ": a server is listening there");
    }

    /** Whether there is a socket; anything else is not touched. */
    private static boolean requireNothingButSocket(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!attributes(file).isOther()) {
            throw new IOException("cannot listen on " + file + ": it exists and is not a socket");
        }
        return true;
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** One that another process bound and gave away; its file may be gone meanwhile. */
    static ListeningSocket adopt(Path file, Acceptor acceptor) throws IOException {
        return new ListeningSocket(file, acceptor,
                Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? attributes(file).fileKey() : null);
    }

    Acceptor acceptor() {
        return acceptor;
    }

    void close() throws IOException {
        acceptor.close();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && attributes(file).fileKey().equals(identity)) {
            Files.deleteIfExists(file);
        }
    }
}
