package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.client.StoreClient;
import dev.conduit.xenstore.server.socket.DescriptorChannel;
import dev.conduit.xenstore.server.socket.Endpoint;
import dev.conduit.xenstore.server.socket.MovableSockets;
import dev.conduit.xenstore.server.socket.Sockets;
import dev.conduit.xenstore.server.socket.Stream;
import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.state.StateFile;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.server.store.StoreState;
import dev.conduit.xenstore.wire.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
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
    /** How long one process waits for the other. */
    private static final Duration HAND_OVER_TIME = Duration.ofSeconds(10);

    /** Guards the store and everything that reaches it. */
    private final Object storeLock = new Object();
    private final Store store;
    private final Dispatcher dispatcher;
    private final int unreadLimit;
    private final Sockets socketIo;
    private final SocketLoop loop;
    /** Open clients in this JVM; guarded by the store lock. */
    private final Set<LocalTransport> locals = new LinkedHashSet<>();
    /** Its monitor is taken before the store lock. */
    private final ListeningSockets listening;
    /** Null when the state does not outlive the server. */
    private final StateKeeper keeper;
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Null while there is none; guarded by the store lock. */
    private RingLoop rings;
    /** Guarded by the store lock. */
    private boolean closed;

    /**
     * Makes one that serves when {@link #begin} was called.
     *
     * @param initial what it begins with, or null
     * @param saved what is in the state file, or null
     */
    private XenStoreServer(ServerOptions options, Sockets socketIo, StoreState initial, StoreState saved) {
        this.socketIo = socketIo;
        store = initial == null ? new Store(options.limits()) : Store.restored(options.limits(), initial);
        keeper = options.state() == null ? null
                : new StateKeeper(new StateFile(options.state()), options.stateInterval(), this::state, saved);
        dispatcher = new Dispatcher(store, this::introduceRing, new Timers(System::nanoTime),
                options.quota(Quota.EVENT_SECONDS));
        unreadLimit = options.quota(Quota.UNREAD);
        loop = new SocketLoop(this::handOver, socketIo, store, dispatcher, unreadLimit, storeLock);
        listening = new ListeningSockets(socketIo, loop);
    }

    private void begin() {
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
     * Starts a server. It has no sockets for clients yet, and its store is almost empty, or as it was saved.
     *
     * @param options quotas, where the state is kept, how a successor can take over
     * @return to be closed
     * @throws UncheckedIOException when the system gives no selector, a state was saved and cannot be used (the message
     *     says at which byte of which file), or nobody could take over
     */
    public static XenStoreServer start(ServerOptions options) {
        try {
            return start(options, options.handOver() == null ? new NioSockets() : MovableSocketLoader.open());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the XenStore server: " + e.getMessage(), e);
        }
    }

    static XenStoreServer start(ServerOptions options, Sockets socketIo) throws IOException {
        boolean done = false;
        try {
            ServerState saved = options.state() == null ? null : new StateFile(options.state()).read();
            StoreState initial = saved == null ? null : saved.store();
            XenStoreServer server = new XenStoreServer(options, socketIo, initial, initial);
            if (options.handOver() != null) {
                server.listening.bind(options.handOver(), ServerState.SUCCESSOR);
            }
            server.begin();
            done = true;
            return server;
        } finally {
            if (!done) {
                socketIo.close();
            }
        }
    }

    /**
     * Takes over from a running server that was started with {@link ServerOptions#withHandOver}: its store, its
     * sockets, and its connections with their watches, transactions and unfinished messages. Clients see a pause. From
     * then on this server can be taken over at the same socket. Until this returns, the other one is the server; when
     * this throws, it goes on as if nothing had been, unless it ended itself. Blocks up to ten seconds.
     *
     * @param options the same hand-over socket; what the state file holds is not read, but written from now on
     * @return to be closed
     * @throws IOException when there is no server, or it does not hand over: it has clients in its own JVM or
     *     guests on rings, which cannot move, or the hand-over failed
     * @throws IllegalArgumentException when the options name no hand-over socket
     */
    public static XenStoreServer takeOver(ServerOptions options) throws IOException {
        if (options.handOver() == null) {
            throw new IllegalArgumentException("the options name no socket to take a server over at");
        }
        return takeOver(options, MovableSocketLoader.open());
    }

    static XenStoreServer takeOver(ServerOptions options, MovableSockets socketIo) throws IOException {
        boolean done = false;
        try (TakeOver takeOver = new TakeOver(socketIo, options.handOver(), HAND_OVER_TIME)) {
            takeOver.receive();
            XenStoreServer server = new XenStoreServer(options, socketIo, takeOver.state().store(), null);
            server.adopt(takeOver.state(), takeOver.descriptors(), socketIo);
            takeOver.requireGo();
            server.begin();
            done = true;
            return server;
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("cannot take over at " + options.handOver() + ": " + e.getMessage(), e);
        } finally {
            if (!done) {
                socketIo.close();
            }
        }
    }

    /** Takes what another process had; nothing is done with it before {@link #begin}. */
    private void adopt(ServerState state, List<Integer> descriptors, MovableSockets socketIo) throws IOException {
        Iterator<Integer> next = descriptors.iterator();
        listening.adopt(state.listeners(), next, socketIo);
        for (ServerState.Connection connection : state.connections()) {
            loop.restore(socketIo.stream(next.next()), connection);
        }
    }

    /** Gives everything to a successor, or nothing; on the loop's thread. */
    private boolean handOver(Stream successor, List<SocketConnection> connections) {
        synchronized (listening) {
            synchronized (keeper == null ? listening : keeper) {
                synchronized (storeLock) {
                    return handOverAll(successor, connections);
                }
            }
        }
    }

    private boolean handOverAll(Stream successor, List<SocketConnection> connections) {
        MovableSockets movable = (MovableSockets) socketIo;
        List<SocketConnection> moving = connections.stream().filter(one -> one.wire().broken() == null).toList();
        try (DescriptorChannel channel = movable.channel(successor, HAND_OVER_TIME)) {
            HandOver handOver = new HandOver(channel);
            String reason = immovable();
            if (reason != null) {
                handOver.refuse(reason);
                return false;
            }
            List<Endpoint> endpoints = new ArrayList<>(listening.acceptors());
            moving.forEach(connection -> endpoints.add(connection.stream()));
            List<Integer> descriptors = endpoints.stream().map(movable::descriptor).toList();
            if (!handOver.offer(() -> state(moving), descriptors)) {
                return false;
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("hand-over failed, going on", e);
            return false;
        }
        endHandedOver();
        return true;
    }

    /** Why this server cannot be handed over, or null. */
    private String immovable() {
        if (closed) {
            return "it is being closed";
        }
        if (!locals.isEmpty()) {
            return locals.size() + " clients in its own JVM cannot move";
        }
        return rings == null || rings.count() == 0 ? null : rings.count() + " rings of guests cannot move";
    }

    private ServerState state(List<SocketConnection> moving) {
        return new ServerState(store.state(), listening.state(),
                moving.stream().map(connection -> connection.state(store)).toList());
    }

    /** The files of the sockets and of the state are the successor's. */
    private void endHandedOver() {
        LOG.info("the XenStore server was handed over to another process");
        closed = true;
        if (keeper != null) {
            keeper.stop();
        }
        listening.giveAway();
        ended.countDown();
    }

    /**
     * Lets clients connect through a Unix socket of mode 0600. A socket file without a server behind it is replaced;
     * nothing happens when this server listens there for that domain already, for example since it took over.
     *
     * @param socket file to make, at most 105 bytes; the same with a tilde is used for a moment
     * @param domain whose rights connections there have, 0 to 65535
     * @throws IOException when a server listens there, or the file cannot be made
     */
    public void listen(Path socket, int domain) throws IOException {
        requireDomain(domain);
        listening.bind(socket, domain);
    }

    /**
     * Removes a socket. Connections made through it stay open until they end or their domain is released.
     *
     * @param socket as given to {@link #listen}; others are ignored
     */
    public void unlisten(Path socket) {
        listening.remove(socket);
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
            if (closed) {
                throw new IOException("the XenStore server was closed");
            }
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
        listening.close();
        synchronized (storeLock) {
            closed = true;
        }
        loop.close();
        closeRings();
        synchronized (storeLock) {
            List.copyOf(locals).forEach(local -> local.lose("the XenStore server was closed"));
            dispatcher.close();
        }
        if (keeper != null) {
            keeper.close();
        }
        ended.countDown();
    }

    /**
     * Waits until the server was closed or handed over.
     *
     * @throws InterruptedException when the thread was interrupted
     */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }
}
