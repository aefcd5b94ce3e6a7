package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.client.StoreClient;
import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.state.StateFile;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.server.store.StoreState;
import dev.conduit.xenstore.wire.ErrorCode;
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
 * <p>Thread-safe. Clients come over Unix sockets, each with the rights of one domain, over rings in shared pages, or
 * from inside the JVM. One thread serves all sockets and one all rings; requests from inside are handled on the thread
 * that asks. Domain 0 has every right and no quota.
 */
public final class XenStoreServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(XenStoreServer.class);
    private static final int MAX_DOMAIN = 0xFFFF;

    /** Guards the store and everything that reaches it. */
    private final Object storeLock = new Object();
    private final Store store;
    private final Dispatcher dispatcher;
    private final int unreadLimit;
    private final SocketLoop loop;
    /** Open clients in this JVM; guarded by the store lock. */
    private final Set<LocalTransport> locals = new LinkedHashSet<>();
    /** Guarded by itself, and taken before the store lock. */
    private final Map<Path, ListeningSocket> sockets = new LinkedHashMap<>();
    /** Null when the state does not outlive the server. */
    private final StateKeeper keeper;
    /** Null while there is none; guarded by the store lock. */
    private RingLoop rings;
    private boolean closed;

    private XenStoreServer(ServerOptions options) throws IOException {
        StateFile file = options.state() == null ? null : new StateFile(options.state());
        ServerState saved = file == null ? null : file.read();
        store = saved == null ? new Store(options.limits()) : Store.restored(options.limits(), saved.store());
        keeper = file == null ? null
                : new StateKeeper(file, options.stateInterval(), this::state, saved == null ? null : saved.store());
        dispatcher = new Dispatcher(store, this::introduceRing, new Timers(System::nanoTime));
        unreadLimit = options.quota(Quota.UNREAD);
        loop = new SocketLoop(store, dispatcher, unreadLimit, storeLock);
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
            ListeningSocket listening = ListeningSocket.bind(file);
            try {
                loop.add(listening.channel(), domain);
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
        loop.wakeup();
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
     * Serves guests through rings in shared pages from now on: a guest's ring is attached when the guest is introduced
     * with page and port, by {@link #introduce(int, long, int)} or an INTRODUCE request. Without this, page and port of
     * INTRODUCE are checked and not used.
     *
     * @param platform maps pages and waits for events; closed with the server
     * @throws IllegalStateException when the server is closed or serves rings already
     */
    public void serveRings(GuestRings platform) {
        synchronized (storeLock) {
            if (closed || rings != null) {
                throw new IllegalStateException(closed ? "the XenStore server was closed"
                        : "the XenStore server serves rings already");
            }
            rings = new RingLoop(store, dispatcher, unreadLimit, storeLock, platform);
            rings.start();
        }
    }

    /**
     * Attaches a guest's ring and notes that the domain is there. A ring the domain had before is given back; the new
     * one begins empty. Its connection ends when the domain is released.
     *
     * @param domain 0 to 65535
     * @param frame the page, as the platform names it: on the local platform a grant reference
     * @param port the guest's event channel port for this server
     * @throws IOException when page or port cannot be had; the domain has no ring then, and was not introduced
     * @throws IllegalStateException without {@link #serveRings}
     */
    public void introduce(int domain, long frame, int port) throws IOException {
        requireDomain(domain);
        synchronized (storeLock) {
            if (rings == null) {
                throw new IllegalStateException("the XenStore server serves no rings");
            }
            rings.introduce(domain, frame, port);
            store.domains().introduce(domain);
        }
    }

    private void introduceRing(int domain, long frame, int port) throws StoreError {
        if (rings != null) {
            try {
                rings.introduce(domain, frame, port);
            } catch (IOException e) {
                LOG.warn("domain {} cannot be introduced: {}", domain, e.getMessage());
                throw StoreError.of(ErrorCode.EINVAL);
            }
        }
    }

    /**
     * Notes that a domain has shut down but is still there; {@code @releaseDomain} fires, once until RESUME.
     *
     * @param domain 1 to 65535; ignored unless introduced
     */
    public void shutDown(int domain) {
        requireDomain(domain);
        synchronized (storeLock) {
            store.domains().shutDown(domain);
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
                    new DomainUsage(used.nodes(), used.watches(), used.transactions(), used.connections(),
                            used.memory())));
        }
        return usage;
    }

    /** Not under the lock, which the ring thread needs to end. */
    private void closeRings() {
        RingLoop ending;
        synchronized (storeLock) {
            ending = rings;
        }
        if (ending != null) {
            ending.close();
        }
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
        closeRings();
        synchronized (storeLock) {
            List.copyOf(locals).forEach(local -> local.lose("the XenStore server was closed"));
        }
        if (keeper != null) {
            keeper.close();
        }
    }
}
