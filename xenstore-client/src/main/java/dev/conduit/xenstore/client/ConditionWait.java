package dev.conduit.xenstore.client;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreClient.Condition;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreLostException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * One wait for a condition. A path is watched before it is read, so no change is missed; a watch on what the condition
 * did not read in its latest run is dropped.
 */
final class ConditionWait<T> implements XenStoreOperations, Watches.Sink {

    private final Operations store;
    private final Watches watches;
    private final BooleanSupplier reconnects;
    private final Condition<T> condition;
    private final Map<String, String> tokens = new LinkedHashMap<>();
    private final Set<String> readNow = new LinkedHashSet<>();
    private final Object signal = new Object();
    private boolean watching;
    private boolean changed;

    ConditionWait(Operations store, Watches watches, BooleanSupplier reconnects, Condition<T> condition) {
        this.store = store;
        this.watches = watches;
        this.reconnects = reconnects;
        this.condition = condition;
    }

    T run(Duration timeout) throws XenStoreException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        T result = look();
        if (result != null) {
            return result;
        }
        watching = true;
        try {
            while (true) {
                result = look();
                if (result != null) {
                    return result;
                }
                awaitChange(deadline, timeout);
            }
        } finally {
            tokens.values().forEach(watches::remove);
        }
    }

    /** Null when the condition does not hold, or the server was lost and the wait is told when it is back. */
    private T look() throws XenStoreException {
        synchronized (signal) {
            changed = false;
        }
        readNow.clear();
        try {
            T result = condition.test(this);
            dropUnused();
            return result;
        } catch (XenStoreLostException e) {
            if (!reconnects.getAsBoolean()) {
                throw e;
            }
            return null;
        }
    }

    private void dropUnused() {
        tokens.entrySet().removeIf(watch -> {
            boolean unused = !readNow.contains(watch.getKey());
            if (unused) {
                watches.remove(watch.getValue());
            }
            return unused;
        });
    }

    private void awaitChange(long deadline, Duration timeout) throws TimeoutException, InterruptedException {
        synchronized (signal) {
            while (!changed) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new TimeoutException("the condition on " + readNow + " did not hold within "
                            + timeout.toMillis() + " ms");
                }
                TimeUnit.NANOSECONDS.timedWait(signal, left);
            }
        }
    }

    @Override
    public void changed(String path) {
        missed();
    }

    /** Something may have changed, or the server is gone or back, which the next look finds out. */
    @Override
    public void missed() {
        synchronized (signal) {
            changed = true;
            signal.notifyAll();
        }
    }

    private String watched(String path) throws XenStoreException {
        if (watching && readNow.add(path) && !tokens.containsKey(path)) {
            tokens.put(path, watches.add(path, Watches.ALL_BELOW, this));
        }
        return path;
    }

    @Override
    public byte[] read(String path) throws XenStoreException {
        return store.read(watched(path));
    }

    @Override
    public Optional<byte[]> readOptional(String path) throws XenStoreException {
        return store.readOptional(watched(path));
    }

    @Override
    public List<String> list(String path) throws XenStoreException {
        return store.list(watched(path));
    }

    /** One watch covers all that is below. */
    @Override
    public List<XenStoreNode> walk(String path, WalkLimits limits) throws XenStoreException {
        return store.walk(watched(path), limits);
    }

    @Override
    public List<Permission> permissions(String path) throws XenStoreException {
        return store.permissions(watched(path));
    }

    @Override
    public void write(String path, byte[] value) throws XenStoreException {
        store.write(path, value);
    }

    @Override
    public void mkdir(String path) throws XenStoreException {
        store.mkdir(path);
    }

    @Override
    public void remove(String path) throws XenStoreException {
        store.remove(path);
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) throws XenStoreException {
        store.setPermissions(path, permissions);
    }
}
