package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.GuestRing;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A server with a socket for each domain asked for, and a look at what is left at the end. */
final class TestServer implements AutoCloseable {

    private static final DomainUsage NOTHING = new DomainUsage(0, 0, 0, 0, 0);

    private final XenStoreServer server;
    private final TestRings rings = new TestRings();
    private final Path directory;
    private final Map<Integer, Path> sockets = new HashMap<>();

    TestServer() {
        this(ServerOptions.defaults());
    }

    TestServer(ServerOptions options) {
        server = XenStoreServer.start(options);
        server.serveRings(rings);
        try {
            directory = Files.createTempDirectory("xs");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    XenStoreServer server() {
        return server;
    }

    Path socket(int domain) throws IOException {
        Path socket = sockets.get(domain);
        if (socket == null) {
            socket = directory.resolve("s" + domain);
            server.listen(socket, domain);
            sockets.put(domain, socket);
        }
        return socket;
    }

    XenStoreClient overSocket(int domain) throws IOException {
        return XenStoreClients.connect(socket(domain));
    }

    TestRings rings() {
        return rings;
    }

    /** The ring of a domain, introduced. */
    GuestRing overRing(int domain) throws IOException {
        TestRings.Guest guest = rings.guest(domain);
        server.introduce(domain, guest.frame(), guest.port());
        return guest;
    }

    XenStoreClient inProcess(int domain) {
        return server.connect(domain);
    }

    void introduce(int domain) {
        server.introduce(domain);
    }

    void release(int domain) {
        server.release(domain);
    }

    DomainUsage usage(int domain) {
        return server.usage().getOrDefault(domain, NOTHING);
    }

    boolean knowsNothingOf(int domain) {
        return !server.usage().containsKey(domain);
    }

    /** Closes, and checks that no socket file stays behind. */
    @Override
    public void close() {
        server.close();
        assertThat(rings.mapped()).as("rings still mapped").isZero();
        sockets.values().forEach(socket -> assertThat(socket).doesNotExist());
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new AssertionError("left behind in " + directory, e);
        }
    }
}
