package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.resolver.Connection;
import dev.conduit.rendezvous.resolver.ConnectorOptions;
import dev.conduit.rendezvous.resolver.UriConnector;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way in: connections between domains, by name.
 *
 * <pre>{@code
 * try (Conduit conduit = Conduit.open();
 *         ConduitServer server = conduit.listen("greeter");
 *         ConduitConnection client = server.accept()) {
 *     client.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
 * }
 *
 * try (Conduit conduit = Conduit.open();
 *         ConduitConnection server = conduit.connect("greeter", Duration.ofSeconds(5))) {
 *     server.input().transferTo(System.out);
 * }
 * }</pre>
 *
 * <p>Thread-safe. One object for a process is enough; it has one background thread, which sleeps while nothing happens.
 * The XenStore layout behind it is described in docs/rendezvous.md.
 */
public final class Conduit implements AutoCloseable {

    private final Platform platform;
    private final boolean ownsPlatform;
    private final Store store;
    private final Asking asking;
    private final NameRegistry names;
    private final Connector connector;
    private final Waker waker;
    private final Dispatcher dispatcher;
    private final ConnectionKeeper keeper = new ConnectionKeeper();
    private final FlowStatistics statistics;
    private final Map<String, ConduitServer> servers = new ConcurrentHashMap<>();
    private final Set<ConduitConnection> connections = ConcurrentHashMap.newKeySet();
    private final Set<String> registered = ConcurrentHashMap.newKeySet();
    private UriConnector uriConnector;
    private volatile boolean closed;

    private Conduit(Platform platform, boolean ownsPlatform) {
        this.platform = platform;
        this.ownsPlatform = ownsPlatform;
        this.store = new Store(platform.xenStore());
        this.asking = new Asking(platform.self(), store);
        this.names = new NameRegistry(platform, store, asking);
        this.connector = new Connector(platform, store, asking);
        this.waker = new Waker(platform, store,
                deadline -> connector.connect(ConduitNames.JITSUD, deadline, "",
                        ConnectOptions.defaults().withPatience(Waker.PATIENCE), this::adoptClientEnd));
        this.dispatcher = new Dispatcher("conduit-dispatcher-" + platform.self());
        this.statistics = new FlowStatistics(store);
        dispatcher.add(keeper);
        dispatcher.add(statistics);
    }

    /**
     * Opens the best platform this machine has: Xen in a Xen guest, else the local one.
     *
     * @return an open conduit, which closes the platform with itself
     * @throws IOException when there is none, with every platform's reason; or when it has no XenStore tree
     */
    public static Conduit open() throws IOException {
        Platform platform = Platforms.open();
        try {
            return open(platform, true);
        } catch (IOException | RuntimeException failed) {
            platform.close();
            throw failed;
        }
    }

    /**
     * Uses a platform that the caller opened, and closes after this.
     *
     * @param platform an open platform
     * @return an open conduit
     * @throws IOException when the platform's XenStore has no {@code /conduit} and this domain may not make it
     */
    public static Conduit open(Platform platform) throws IOException {
        return open(platform, false);
    }

    private static Conduit open(Platform platform, boolean owned) throws IOException {
        ConduitTree.require(platform.xenStore(), platform.self());
        return new Conduit(platform, owned);
    }

    /**
     * Returns the platform below.
     *
     * @return the platform
     */
    public Platform platform() {
        return platform;
    }

    /**
     * Listens with the default options.
     *
     * @param name what clients ask for
     * @return the server
     * @throws ConduitNameTakenException when another living domain, or another server of this conduit, has the name
     * @throws IOException when XenStore refuses
     * @throws IllegalArgumentException when it is not a possible name or is reserved
     */
    public ConduitServer listen(String name) throws IOException {
        return listen(name, ListenOptions.defaults());
    }

    /**
     * Listens. A name this domain has already, for example from before a restart, is taken over with the clients that
     * wait for it; what is left of former connections under it is removed.
     *
     * @param name what clients ask for
     * @param options how
     * @return the server
     * @throws ConduitNameTakenException when another living domain has the name and does not share it with this one, or
     *     another server of this conduit has it
     * @throws ConduitTimeoutException when XenStore was too busy
     * @throws IOException when XenStore refuses
     * @throws IllegalArgumentException when it is not a possible name or is reserved
     */
    public ConduitServer listen(String name, ListenOptions options) throws IOException {
        ConduitNames.checkOwn(name, platform.self(), options.wellKnown());
        requireOpen();
        Deadline deadline = Deadline.after(options.registerTimeout());
        String ownName = options.isShared()
                ? ConduitNames.check(MemberIndex.ownName(name, platform.self())) : name;
        if (options.isShared() && names.uses(name) > 0) {
            throw new ConduitNameTakenException(
                    platform.self(), "name '" + name + "' is taken: this conduit has it for itself alone");
        }
        ConduitServer server = new ConduitServer(name, ownName, this, options);
        if (servers.putIfAbsent(name, server) != null) {
            throw new ConduitNameTakenException(
                    platform.self(), "name '" + name + "' is taken: this conduit listens under it already");
        }
        boolean acquired = false;
        boolean started = false;
        try {
            names.acquire(ownName, true, deadline);
            acquired = true;
            server.start(deadline);
            started = true;
        } finally {
            if (!started) {
                if (acquired) {
                    server.close();
                } else {
                    servers.remove(name, server);
                }
            }
        }
        if (closed) {
            server.close();
            requireOpen();
        }
        return server;
    }

    /**
     * Takes a name without listening under it, so that servers call this client by it.
     *
     * @param name the name
     * @throws ConduitNameTakenException when another living domain has the name
     * @throws IOException when XenStore refuses
     * @throws IllegalArgumentException when it is not a possible name or is reserved
     */
    public void register(String name) throws IOException {
        ConduitNames.checkOwn(name, platform.self(), false);
        requireOpen();
        if (registered.add(name)) {
            boolean done = false;
            try {
                names.acquire(name, false, Deadline.after(ListenOptions.defaults().registerTimeout()));
                done = true;
            } finally {
                if (!done) {
                    registered.remove(name);
                }
            }
        }
    }

    /**
     * Gives a registered name back, once nothing else here uses it. A name that is not registered is no error.
     *
     * @param name the name
     */
    public void unregister(String name) {
        if (registered.remove(name)) {
            names.release(name);
        }
    }

    /**
     * Connects with the default options. A service that sleeps is booted first, where a directory runs.
     *
     * @param name whom to ask for
     * @param timeout longest wait
     * @return the connection; the server's program may not have accepted it yet
     * @throws ConduitRefusedException when the server, or the state of the name, says no
     * @throws ConduitTimeoutException when there was no answer in time
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when XenStore or the platform fails
     * @throws IllegalArgumentException when it is not a possible name
     */
    public ConduitConnection connect(String name, Duration timeout) throws IOException {
        return connect(name, timeout, ConnectOptions.defaults());
    }

    /**
     * Connects. A service that sleeps is booted first, where a directory runs and unless the options say no.
     *
     * @param name whom to ask for
     * @param timeout longest wait
     * @param options how
     * @return the connection; the server's program may not have accepted it yet
     * @throws ConduitRefusedException when the server, or the state of the name, says no
     * @throws ConduitTimeoutException when there was no answer in time
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when XenStore or the platform fails
     * @throws IllegalArgumentException when it is not a possible name
     */
    public ConduitConnection connect(String name, Duration timeout, ConnectOptions options) throws IOException {
        ConduitNames.check(name);
        requireOpen();
        String claimed = options.name().isEmpty() ? names.first() : options.name();
        Deadline deadline = Deadline.after(timeout);
        ConduitConnection connection;
        if (options.miragePort().isEmpty()) {
            Waker.Attempt attempt = () -> connector.connect(name, deadline, claimed, options, this::adoptClientEnd);
            connection = options.wakes() ? waker.connect(name, deadline, attempt) : attempt.run();
        } else {
            connection = new MirageConnector(platform, store).connect(name, deadline, claimed, options,
                    (channel, nodes) -> adopt(EndKind.MIRAGE_CLIENT, nodes, channel));
        }
        if (closed) {
            connection.close();
            requireOpen();
        }
        return connection;
    }

    /**
     * Connects to what a URI names, by the best way that works: {@code conduit://www}, {@code //www.lab.test:80},
     * {@code https://www.lab.test}, {@code tcp://10.9.0.10:80}, {@code tls://host:443}, {@code unix:///run/www.sock}.
     * With the defaults of {@link ConnectorOptions}; a {@link UriConnector} of one's own takes others. docs/resolver.md
     * says what is tried in which order.
     *
     * @param uri which
     * @param timeout longest wait for everything together
     * @return the connection
     * @throws ConduitTimeoutException when time was up; with each alternative's failure
     * @throws ConduitException when no alternative can be reached; with each one's failure
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when something else fails
     * @throws IllegalArgumentException when the URI is none of these
     */
    public Connection connect(URI uri, Duration timeout) throws IOException {
        requireOpen();
        return uriConnector().connect(uri, timeout);
    }

    /** Made when it is needed: it looks up the system's name servers. */
    private synchronized UriConnector uriConnector() {
        if (uriConnector == null) {
            uriConnector = UriConnector.of(this, ConnectorOptions.defaults());
        }
        return uriConnector;
    }

    /**
     * Finds out which living domain of this host a name leads to, whether it listens or not.
     *
     * @param name whom to ask for
     * @return the domain
     * @throws ConduitRefusedException when nobody has the name, its node is forged, or its domain is dead
     * @throws IOException when XenStore or the platform fails
     * @throws IllegalArgumentException when it is not a possible name
     */
    public DomainId whoHas(String name) throws IOException {
        ConduitNames.check(name);
        requireOpen();
        DomainId owner = NameTransitions.resolve(store.client(), name);
        if (!platform.isAlive(owner)) {
            throw new ConduitRefusedException(RefusalReason.OWNER_DEAD,
                    "name '" + name + "' belongs to domain " + owner + ", which is dead");
        }
        return owner;
    }

    /**
     * Tells whether this host has a directory, which {@code connect} asks for names that nobody has. One that was killed in
     * dom0 of a Xen host counts until it runs again: nothing tells it apart but that it does not answer.
     *
     * @return true when there is one
     * @throws IOException when XenStore fails
     */
    public boolean hasDirectory() throws IOException {
        requireOpen();
        return waker.hasDirectory();
    }

    /** Closes all servers and connections this object made, and gives its names back. Idempotent. */
    @Override
    public void close() {
        closed = true;
        servers.values().forEach(ConduitServer::close);
        connections.forEach(ConduitConnection::close);
        registered.forEach(this::unregister);
        dispatcher.close();
        if (ownsPlatform) {
            platform.close();
        }
    }

    Store store() {
        return store;
    }

    Asking asking() {
        return asking;
    }

    NameRegistry names() {
        return names;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** A connection stands below its server's name, and keeps it. */
    ConduitConnection adoptServerEnd(EndKind kind, FlowNodes nodes, VchanServer vchan) {
        names.keep(nodes.name());
        return adopt(kind, nodes, vchan.channel());
    }

    private ConduitConnection adoptClientEnd(VchanChannel channel, FlowNodes nodes) {
        return adopt(EndKind.CLIENT, nodes, channel);
    }

    private ConduitConnection adopt(EndKind kind, FlowNodes nodes, VchanChannel channel) {
        ConduitConnection[] self = new ConduitConnection[1];
        ConnectionEnd end = new ConnectionEnd(kind, nodes, channel, store, () -> forget(self[0]));
        ConduitConnection connection = new ConduitConnection(channel, end);
        self[0] = connection;
        connections.add(connection);
        keeper.add(connection);
        if (kind == EndKind.SERVER) {
            statistics.add(connection);
        }
        dispatcher.signal();
        return connection;
    }

    private void forget(ConduitConnection connection) {
        connections.remove(connection);
        keeper.remove(connection);
        statistics.remove(connection);
        if (connection.end().isServer()) {
            names.release(connection.end().nodes().name());
        }
    }

    void forget(ConduitServer server) {
        if (servers.remove(server.name(), server)) {
            names.release(server.ownName());
        }
    }

    private void requireOpen() throws ConduitException {
        if (closed) {
            throw new ConduitException("this conduit is closed");
        }
    }
}
