package dev.conduit.xenstore.client;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
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
import java.util.function.Consumer;

/** The client over any transport. */
public final class StoreClient implements XenStoreClient, Transport.Receiver {

    private final Transport transport;
    private final Requests requests;
    private final Operations immediate;
    private final Watches watches;
    private final Transactions transactions;
    private final EventQueue events;
    private final Set<ConditionWait<?>> waits = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Begins to use a transport.
     *
     * @param transport not started; closed with the client
     * @param options how to behave
     */
    public StoreClient(Transport transport, ClientOptions options) {
        this.transport = transport;
        requests = new Requests(transport, options.requestTimeout());
        immediate = new Operations(requests, 0);
        watches = new Watches(requests);
        transactions = new Transactions(requests, options.transactionTries());
        events = new EventQueue(options.pendingEvents());
        transport.start(this);
    }

    @Override
    public void received(Message message) {
        if (message.type() == Operation.WATCH_EVENT.code()) {
            watches.event(message.payload());
        } else {
            requests.received(message);
        }
    }

    @Override
    public void lost(IOException cause) {
        requests.lost(cause);
        waits.forEach(ConditionWait::wake);
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
    public List<String> list(String path) throws XenStoreException {
        return immediate.list(path);
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
    public <T, E extends Exception> T transaction(TransactionBody<T, E> body) throws E, XenStoreException {
        return transactions.run(body);
    }

    @Override
    public <T> T waitFor(Condition<T> condition, Duration timeout)
            throws XenStoreException, TimeoutException, InterruptedException {
        ConditionWait<T> wait = new ConditionWait<>(immediate, watches, condition);
        waits.add(wait);
        try {
            return wait.run(timeout);
        } finally {
            waits.remove(wait);
        }
    }

    @Override
    public Watch watch(String path, Consumer<String> onEvent) throws XenStoreException {
        EventQueue.Subscriber subscriber = events.subscribe(path, onEvent);
        String token = watches.add(path, subscriber::offer);
        return () -> {
            subscriber.end();
            watches.remove(path, token);
        };
    }

    @Override
    public String domainPath(int domain) throws XenStoreException {
        String text = Integer.toString(domain);
        byte[] reply = requests.call(Operation.GET_DOMAIN_PATH, 0, Payload.strings(text), "domain " + text);
        return Payload.text(reply, 0, Payload.indexOfNul(reply, 0));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            transport.close();
            events.close();
            lost(new IOException("the XenStore client was closed"));
        }
    }
}
