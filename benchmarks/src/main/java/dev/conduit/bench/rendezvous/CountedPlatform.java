package dev.conduit.bench.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.GrantTable;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreTransaction;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A domain that counts what it asks of XenStore: exchanges (which may carry many requests), and requests. */
final class CountedPlatform implements Platform {

    private static final Set<String> ASKING = Set.of("read", "readOptional", "readString", "readStringOptional", "list",
            "write", "mkdir", "remove", "permissions", "setPermissions", "exists", "watch", "abort");

    private final Platform platform;
    private final XenStoreClient store;
    private final AtomicLong exchanges = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();

    CountedPlatform(Platform platform) {
        this.platform = platform;
        this.store = counted(XenStoreClient.class, platform.xenStore());
    }

    long exchanges() {
        return exchanges.get();
    }

    long requests() {
        return requests.get();
    }

    private <T> T counted(Class<T> type, T target) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            count(method, arguments);
            return invoke(method, target, wrapped(arguments));
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private void count(Method method, Object[] arguments) {
        switch (method.getName()) {
            // Begin and end.
            case "transaction", "tryTransaction" -> count(2, 2);
            case "node" -> count(1, 2);
            case "apply" -> count(1, ((XenStoreChanges) arguments[0]).list().size());
            default -> {
                if (ASKING.contains(method.getName())) {
                    count(1, 1);
                }
            }
        }
    }

    private void count(int moreExchanges, int moreRequests) {
        exchanges.addAndGet(moreExchanges);
        requests.addAndGet(moreRequests);
    }

    /** The inside of a transaction is counted, too. */
    private Object[] wrapped(Object[] arguments) {
        if (arguments != null && arguments.length == 1
                && arguments[0] instanceof XenStoreClient.TransactionBody<?, ?> body) {
            XenStoreClient.TransactionBody<Object, Exception> inside = transaction ->
                    body.run(counted(XenStoreTransaction.class, transaction));
            return new Object[] {inside};
        }
        return arguments;
    }

    private static Object invoke(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }

    @Override
    public String name() {
        return platform.name();
    }

    @Override
    public DomainId self() {
        return platform.self();
    }

    @Override
    public GrantTable grants() {
        return platform.grants();
    }

    @Override
    public EventChannels events() {
        return platform.events();
    }

    @Override
    public XenStoreClient xenStore() {
        return store;
    }

    @Override
    public boolean isAlive(DomainId domain) throws PlatformException {
        return platform.isAlive(domain);
    }

    @Override
    public void close() {
        platform.close();
    }
}
