package dev.conduit.xenstore;

import dev.conduit.xenstore.client.RingTransport;
import dev.conduit.xenstore.client.SocketTransport;
import dev.conduit.xenstore.client.StoreClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Makes connections to XenStore. */
public final class XenStoreClients {

    private static final Path STANDARD_SOCKET = Path.of("/run/xenstored/socket");

    private XenStoreClients() {
    }

    /**
     * Connects to the server this process is meant to use: the socket named by {@code XENSTORED_PATH}, else
     * {@code socket} in the directory {@code XENSTORED_RUNDIR}, else {@code /run/xenstored/socket}.
     *
     * @return to be closed
     * @throws XenStoreException when there is no server, naming the path
     */
    public static XenStoreClient connect() throws XenStoreException {
        return connect(socketOf(System.getenv()), ClientOptions.defaults());
    }

    static Path socketOf(Map<String, String> environment) {
        String path = environment.get("XENSTORED_PATH");
        if (path != null) {
            return Path.of(path);
        }
        String directory = environment.get("XENSTORED_RUNDIR");
        return directory != null ? Path.of(directory, "socket") : STANDARD_SOCKET;
    }

    /**
     * Connects through a Unix socket.
     *
     * @param socket the server's socket file
     * @return to be closed
     * @throws XenStoreException when there is no server, naming the path
     */
    public static XenStoreClient connect(Path socket) throws XenStoreException {
        return connect(socket, ClientOptions.defaults());
    }

    /**
     * Connects through a Unix socket.
     *
     * @param socket the server's socket file
     * @param options how the client behaves
     * @return to be closed
     * @throws XenStoreException when there is no server, naming the path
     */
    public static XenStoreClient connect(Path socket, ClientOptions options) throws XenStoreException {
        if (!Files.exists(socket)) {
            throw new XenStoreException((String) null, "no XenStore socket at " + socket
                    + "; outside Xen start a local host with 'conduit host' and set XENSTORED_PATH to its socket");
        }
        return new StoreClient(SocketTransport.connect(socket, options.requestTimeout()), options);
    }

    /**
     * Connects through a ring in a shared page, as a guest without sockets or devices does. The ring may have been used
     * before. Closing the client leaves the ring open, for the next client.
     *
     * @param ring used by no other client; closed by the caller, after the client
     * @param options how the client behaves
     * @return to be closed
     * @throws XenStoreException when no server answers within the request time-out
     */
    public static XenStoreClient connect(GuestRing ring, ClientOptions options) throws XenStoreException {
        return new StoreClient(RingTransport.connect(ring, options.requestTimeout()), options);
    }
}
