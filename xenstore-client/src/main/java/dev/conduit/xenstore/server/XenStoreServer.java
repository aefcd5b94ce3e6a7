package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.client.StoreClient;
import dev.conduit.xenstore.server.socket.Sockets;
import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.state.StateFile;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A XenStore server in this JVM.
 *
 * <p>Thread-safe. Clients come over Unix sockets, each with the rights of one domain, or from inside the JVM. One
 * thread serves all sockets; requests from inside are handled on the thread that asks. Domain 0 has every right and no
 * quota.
 */
public final class XenStoreServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
    private static final int MAX_DOMAIN = 0xFFFF;

    /** Guards the store and everything that reaches it. */
    private final Object storeLock = new Object();
    private final Store store;
    private final Dispatcher dispatcher;
    private final Sockets socketIo;
    private final SocketLoop loop;
    /** Open clients in this JVM; guarded by the store lock. */
    private final Set<LocalTransport> locals = new LinkedHashSet<>();
    /** Guarded by itself, and taken before the store lock. */
    private final Map<Path, ListeningSocket> sockets = new LinkedHashMap<>();
    /** Null when the state does not outlive the server. */
    private final StateKeeper keeper;
    private boolean closed;

    private XenStoreServer(ServerOptions options) throws IOException {
        StateFile file = options.state() == null ? null : new StateFile(options.state());
        ServerState saved = file == null ? null : file.read();
        store = saved == null ? new Store(options.limits()) : Store.restored(options.limits(), saved.store());
        keeper = file == null ? null
                : new StateKeeper(file, options.stateInterval(), this::state, saved == null ? null : saved.store());
        dispatcher = new Dispatcher(store);
        socketIo = new NioSockets();
        loop = new SocketLoop(socketIo, store, dispatcher, options.quota(Quota.UNREAD), storeLock);
        loop.start();
        if (keeper != null) {
            keeper.start();
        }
    }

    private StoreState state() {
        synchronized (storeLock) {
            return store.state();
        }
    }

    /**
     * Starts a server without sockets. Its store is almost empty, or as it was saved.
     *
     * @param options quotas, and where the state is kept
     * @return to be closed
     * @throws UncheckedIOException when the system gives no selector, or a state was saved and cannot be used: the
     *     message says at which byte of which file
     */
    public static XenStoreServer start(ServerOptions options) {
        try {
            return new XenStoreServer(options);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the XenStore server: " + e.getMessage(), e);
        }
    }

    /**
     * Lets clients connect through a Unix socket of mode 0600. A socket file without a server behind it is replaced.
     *
     * @param socket file to make, at most 105 bytes; the same with a tilde is used for a moment
     * @param domain whose rights connections there have, 0 to 65535
     * @throws IOException when a server listens there, or the file cannot be made
     */
    public void listen(Path socket, int domain) throws IOException {
        requireDomain(domain);
        Path file = socket.toAbsolutePath().normalize();
        synchronized (sockets) {
            if (closed) {
                throw new IOException("cannot listen on " + file + ": the XenStore server was closed");
            }
            ListeningSocket listening = ListeningSocket.bind(socketIo, file);
            try {
                loop.add(listening.acceptor(), domain);
            } catch (IOException e) {
                close(listening);
                throw e;
            }
            sockets.put(file, listening);
        }
    }

    /**
     * Removes a socket. Connections made through it stay open until they end or their domain is released.
     *
     * @param socket as given to {@link #listen}; others are ignored
     */
    public void unlisten(Path socket) {
        ListeningSocket listening;
        synchronized (sockets) {
            listening = sockets.remove(socket.toAbsolutePath().normalize());
        }
        if (listening != null) {
            close(listening);
        }
    }

    private void close(ListeningSocket listening) {
        try {
            listening.close();
        } catch (IOException e) {
            LOG.warn("cannot remove a XenStore socket: {}", e.getMessage());
        }
    }

    /**
     * Notes that a domain is there; {@code @introduceDomain} fires unless it was there already.
     *
     * @param domain 0 to 65535
     */
    public void introduce(int domain) {
        requireDomain(domain);
        synchronized (storeLock) {
            store.domains().introduce(domain);
        }
    }

    /**
     * Ends a domain: its connections are closed, its nodes with all below are removed, its entries in permissions are
     * dropped, and {@code @releaseDomain} fires. Sockets of the domain stay: {@link #unlisten} them first.
     *
     * @param domain 1 to 65535
     */
    public void release(int domain) {
        requireDomain(domain);
        if (domain == 0) {
            throw new IllegalArgumentException("domain 0 cannot be released");
        }
        synchronized (storeLock) {
            store.domains().release(domain);
        }
    }

    /**
     * Connects from inside this JVM.
     *
     * @param domain whose rights the connection has, 0 to 65535
     * @return to be closed; lost when the server is closed
     * @throws IllegalStateException when the server was closed
     */
    public XenStoreClient connect(int domain) {
        requireDomain(domain);
        synchronized (storeLock) {
            if (closed) {
                throw new IllegalStateException("the XenStore server was closed");
            }
            LocalTransport transport = new LocalTransport(store, dispatcher, storeLock, domain, locals::remove);
            locals.add(transport);
            return new StoreClient(transport, ClientOptions.defaults());
        }
    }

    /**
     * Saves the state now, if it changed. The server goes on answering meanwhile.
     *
     * @throws IOException when it cannot be written; what was saved before is still there
     * @throws IllegalStateException when the options name no file
     */
    public void save() throws IOException {
        if (keeper == null) {
            throw new IllegalStateException("the options of the XenStore server name no state file");
        }
        keeper.save();
    }

    /**
     * Counts what each domain uses, for example to find leaks.
     *
     * @return by domain id; domains that use nothing and were not introduced are left out
     */
    public Map<Integer, DomainUsage> usage() {
        Map<Integer, DomainUsage> usage = new TreeMap<>();
        synchronized (storeLock) {
            store.domains().usage().forEach((domain, used) -> usage.put(domain,
                    new DomainUsage(used.nodes(), used.watches(), used.transactions(), used.connections())));
        }
        return usage;
    }

    private static void requireDomain(int domain) {
        if (domain < 0 || domain > MAX_DOMAIN) {
            throw new IllegalArgumentException("domain " + domain + " is not between 0 and " + MAX_DOMAIN);
        }
    }

    /** Closes all connections, removes all sockets and saves the state, if it is kept. Idempotent. */
    @Override
    public void close() {
        List<ListeningSocket> listening;
        synchronized (sockets) {
            listening = List.copyOf(sockets.values());
            sockets.clear();
            synchronized (storeLock) {
                closed = true;
            }
        }
        listening.forEach(this::close);
        loop.close();
        synchronized (storeLock) {
            List.copyOf(locals).forEach(local -> local.lose("the XenStore server was closed"));
        }
        if (keeper != null) {
            keeper.close();
        }
    }
}
