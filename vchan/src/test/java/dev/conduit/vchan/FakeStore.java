package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.WatchHandler;
import dev.conduit.xenstore.XenStoreAdministration;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import dev.conduit.xenstore.XenStoreTransaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;

/** The part of XenStore that vchan uses, without rights: one lock is every transaction. */
final class FakeStore implements XenStoreClient, XenStoreTransaction {

    private final TreeMap<String, byte[]> nodes = new TreeMap<>();
    private final Map<String, List<Permission>> permissions = new HashMap<>();
    private final Faults faults;
    private int transactions;

    FakeStore(Faults faults) {
        this.faults = faults;
    }

    private void failIfAsked(String what) throws XenStoreException {
        if (faults.now(what)) {
            throw new XenStoreException("ENOSPC", what + " refused: ENOSPC");
        }
    }

    synchronized Set<String> paths() {
        return new TreeSet<>(nodes.keySet());
    }

    synchronized void assertNothingBelow(String path) {
        assertThat(nodes.keySet()).noneMatch(node -> node.startsWith(path));
    }

    synchronized int transactions() {
        return transactions;
    }

    @Override
    public synchronized byte[] read(String path) throws XenStoreException {
        return readOptional(path).orElseThrow(() -> new XenStoreException("ENOENT", "read " + path));
    }

    @Override
    public synchronized Optional<byte[]> readOptional(String path) throws XenStoreException {
        failIfAsked("read of " + path);
        return Optional.ofNullable(nodes.get(path));
    }

    @Override
    public synchronized List<String> list(String path) throws XenStoreException {
        failIfAsked("list of " + path);
        List<String> names = new ArrayList<>();
        for (String node : nodes.keySet()) {
            if (node.startsWith(path + "/") && node.indexOf('/', path.length() + 1) < 0) {
                names.add(node.substring(path.length() + 1));
            }
        }
        return names;
    }

    @Override
    public synchronized void write(String path, byte[] value) throws XenStoreException {
        failIfAsked("write of " + path);
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            nodes.putIfAbsent(path.substring(0, slash), new byte[0]);
        }
        nodes.put(path, value);
        notifyAll();
    }

    @Override
    public synchronized void mkdir(String path) throws XenStoreException {
        if (!nodes.containsKey(path)) {
            write(path, new byte[0]);
        }
    }

    @Override
    public synchronized void remove(String path) throws XenStoreException {
        failIfAsked("removal of " + path);
        nodes.keySet().removeIf(node -> node.equals(path) || node.startsWith(path + "/"));
        notifyAll();
    }

    @Override
    public synchronized List<Permission> permissions(String path) {
        return permissions.getOrDefault(path, List.of());
    }

    @Override
    public synchronized void setPermissions(String path, List<Permission> list) throws XenStoreException {
        failIfAsked("permissions of " + path);
        permissions.put(path, list);
    }

    @Override
    public synchronized <T, E extends Exception> T transaction(TransactionBody<T, E> body)
            throws E, XenStoreException {
        failIfAsked("transaction begins");
        transactions++;
        TreeMap<String, byte[]> before = new TreeMap<>(nodes);
        boolean done = false;
        try {
            T result = body.run(this);
            failIfAsked("transaction commits");
            done = true;
            return result;
        } finally {
            if (!done) {
                nodes.clear();
                nodes.putAll(before);
            }
        }
    }

    @Override
    public synchronized <T> T waitFor(Condition<T> condition, Duration timeout)
            throws XenStoreException, TimeoutException, InterruptedException {
        failIfAsked("watch");
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            T result = condition.test((XenStoreOperations) this);
            if (result != null) {
                return result;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException();
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
    }

    @Override
    public List<XenStoreNode> walk(String path, WalkLimits limits) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <E extends Exception> boolean tryTransaction(TransactionBody<?, E> body) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removePruningEmptyParents(String path, String bound) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Watch watch(String path, int depth, WatchHandler handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public XenStoreAdministration administration() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String domainPath(int domain) {
        return "/local/domain/" + domain;
    }

    @Override
    public void close() {
        // Nothing to give back.
    }
}
