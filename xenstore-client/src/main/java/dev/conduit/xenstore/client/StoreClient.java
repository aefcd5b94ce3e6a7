package dev.conduit.xenstore.client;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.WatchHandler;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreAdministration;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The client over any transport. */
public final class StoreClient implements XenStoreClient, Connection.Owner {

    private final Connection connection;
    private final Operations immediate;
    private final Watches watches;
    private final Transactions transactions;
    private final EventQueue events;
    private final Set<ConditionWait<?>> waits = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Connects.
     *
     * @param connector opens the way to the server, again when it was lost and the options say so
     * @param options how to behave
     * @throws XenStoreException when the server cannot be reached
     */
    public StoreClient(Connector connector, ClientOptions options) throws XenStoreException {
        this(connector, connector.open(), options);
    }

    /**
     * Begins to use a transport that cannot be opened again.
     *
     * @param transport not started; closed with the client
     * @param options how to behave, without connecting again
     * @throws IllegalArgumentException when the options ask for connecting again
     */
    public StoreClient(Transport transport, ClientOptions options) {
        this(null, transport, withoutReconnect(transport, options));
    }

    private static ClientOptions withoutReconnect(Transport transport, ClientOptions options) {
        if (options.reconnect()) {
            throw new IllegalArgumentException("a client of " + transport + " cannot connect again");
        }
        return options;
    }

    private StoreClient(Connector connector, Transport transport, ClientOptions options) {
        connection = new Connection(connector, options.reconnect(), options.requestTimeout(), this);
        immediate = new Operations(connection, Transactions.NONE);
        watches = new Watches(connection);
        transactions = new Transactions(connection, options.transactionTries());
        events = new EventQueue(options.pendingEvents());
        connection.open(transport);
    }

    @Override
    public void event(byte[] payload) {
        watches.event(payload);
    }

    @Override
    public void lost() {
        waits.forEach(ConditionWait::missed);
    }

    @Override
    public void resume(Requests session, Runnable adopt) throws XenStoreException {
        watches.resume(session, adopt);
        waits.forEach(ConditionWait::missed);
    }

    @Override
    public byte[] read(String path) throws XenStoreException {
        return immediate.read(path);
    }

    @Override
    public Optional<byte[]> readOptional(String path) throws XenStoreException {
        return immediate.readOptional(path);
    }

    @Override
    public List<Optional<byte[]>> readAll(List<String> paths) throws XenStoreException {
        return immediate.readAll(paths);
    }

    @Override
    public List<String> list(String path) throws XenStoreException {
        return immediate.list(path);
    }

    @Override
    public List<XenStoreNode> walk(String path, WalkLimits limits) throws XenStoreException {
        return immediate.walk(path, limits);
    }

    @Override
    public void write(String path, byte[] value) throws XenStoreException {
        immediate.write(path, value);
    }

    @Override
    public void mkdir(String path) throws XenStoreException {
        immediate.mkdir(path);
    }

    @Override
    public void remove(String path) throws XenStoreException {
        immediate.remove(path);
    }

    @Override
    public List<Permission> permissions(String path) throws XenStoreException {
        return immediate.permissions(path);
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) throws XenStoreException {
        immediate.setPermissions(path, permissions);
    }

    @Override
    public Optional<XenStoreNode> node(String path) throws XenStoreException {
        return immediate.node(path);
    }

    @Override
    public void apply(XenStoreChanges changes) throws XenStoreException {
        immediate.apply(changes);
    }

    @Override
    public <T, E extends Exception> T transaction(TransactionBody<T, E> body) throws E, XenStoreException {
        return transactions.run(body);
    }

    @Override
    public <E extends Exception> boolean tryTransaction(TransactionBody<?, E> body) throws E, XenStoreException {
        return transactions.runOnce(body);
    }

    @Override
    public void removePruningEmptyParents(String path, String bound) throws XenStoreException {
        Pruning pruning = new Pruning(path, bound);
        transactions.run(pruning::run);
    }

    @Override
    public <T> T waitFor(Condition<T> condition, Duration timeout)
            throws XenStoreException, TimeoutException, InterruptedException {
        ConditionWait<T> wait = new ConditionWait<>(immediate, watches, connection::reconnects, condition);
        waits.add(wait);
        try {
            return wait.run(timeout);
        } finally {
            waits.remove(wait);
        }
    }

    @Override
    public Watch watch(String path, int depth, WatchHandler handler) throws XenStoreException {
        if (depth < 0) {
            throw new IllegalArgumentException("watch depth " + depth + " is less than 0");
        }
        EventQueue.Subscriber subscriber = events.subscribe(path, handler);
        String token = watches.add(path, depth, subscriber);
        return () -> {
            subscriber.end();
            watches.remove(token);
        };
    }

    @Override
    public String domainPath(int domain) throws XenStoreException {
        String text = Integer.toString(domain);
        byte[] reply = connection.call(Operation.GET_DOMAIN_PATH, Transactions.NONE, Payload.strings(text),
                "domain " + text);
        return Payload.text(reply, 0, Payload.indexOfNul(reply, 0));
    }

    @Override
    public XenStoreAdministration administration() {
        return new Administration(connection);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connection.close(new IOException("the XenStore client was closed"));
            events.close();
        }
    }
}
