package dev.conduit.cli.xenstore;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads nodes ahead: while one is printed, its next siblings are under way. */
final class TreeReader implements AutoCloseable {

    /** Requests under way at a time. */
    private static final int THREADS = 8;
    /** Siblings read ahead. */
    private static final int AHEAD = 32;

    /** What a server says: a result or a refusal. */
    record Answer<T>(T result, XenStoreException refusal) {}

    /**
     * One node.
     *
     * @param path where it is
     * @param name last part of the path
     * @param value raw bytes, or null when it cannot be read
     * @param permissions null when they are not shown
     * @param children names
     */
    record Node(String path, String name, byte[] value, Answer<List<Permission>> permissions,
            Answer<List<String>> children) {}

    @FunctionalInterface
    private interface Question<T> {

        T ask() throws XenStoreException;
    }

    private final XenStoreOperations store;
    private final boolean permissions;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "xenstore-ls");
        thread.setDaemon(true);
        return thread;
    });

    TreeReader(XenStoreOperations store, boolean permissions) {
        this.store = store;
        this.permissions = permissions;
    }

    boolean withPermissions() {
        return permissions;
    }

    Answer<List<String>> children(String path) {
        return answer(() -> store.list(path));
    }

    /** Goes through children in order, reading ahead. */
    Iterable<Node> nodes(String parent, List<String> names) {
        return () -> new Ahead(parent.endsWith("/") ? parent : parent + "/", names.iterator());
    }

    private Node read(String path, String name) {
        byte[] value = answer(() -> store.read(path)).result();
        return new Node(path, name, value, permissions ? answer(() -> store.permissions(path)) : null, children(path));
    }

    private static <T> Answer<T> answer(Question<T> question) {
        try {
            return new Answer<>(question.ask(), null);
        } catch (XenStoreException e) {
            return new Answer<>(null, e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private final class Ahead implements Iterator<Node> {

        private final String prefix;
        private final Iterator<String> names;
        private final Deque<Future<Node>> underWay = new ArrayDeque<>();

        Ahead(String prefix, Iterator<String> names) {
            this.prefix = prefix;
            this.names = names;
        }

        @Override
        public boolean hasNext() {
            return !underWay.isEmpty() || names.hasNext();
        }

        @Override
        public Node next() {
            while (names.hasNext() && underWay.size() < AHEAD) {
                String name = names.next();
                underWay.add(threads.submit(() -> read(prefix + name, name)));
            }
            try {
                return underWay.remove().get();
            } catch (ExecutionException | InterruptedException e) {
                throw new IllegalStateException("reading below " + prefix + " ended: " + e.getMessage(), e);
            }
        }
    }
}
