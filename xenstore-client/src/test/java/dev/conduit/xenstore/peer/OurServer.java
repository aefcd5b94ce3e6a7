package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.server.GuestRings;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Conduit's server with the socket of domain 0 and one for each guest asked for. */
final class OurServer implements AutoCloseable {

    private final XenStoreServer server;
    private final Path directory;

    OurServer() {
        try {
            directory = Files.createTempDirectory("xs");
            server = XenStoreServer.start(ServerOptions.defaults());
            server.listen(socket(), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return directory.resolve("socket");
    }

    /** Makes the socket of a guest. */
    Path listen(int domain) throws IOException {
        Path socket = directory.resolve("socket-" + domain);
        server.listen(socket, domain);
        return socket;
    }

    void serveRings(GuestRings rings) {
        server.serveRings(rings);
    }

    @Override
    public void close() {
        server.close();
        try {
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
