package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that serves all sockets. Its work a round depends on the connections that are ready, not on those that
 * exist. The store is touched only under the store lock, never while waiting.
 */
final class SocketLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(SocketLoop.class);
    private static final int SCRATCH = 16 << 10;
    /** How long accepting rests after the system refused a connection, for example for want of descriptors. */
    private static final int ACCEPT_REST_MILLIS = 100;
    /** How long closing waits for the thread, which never waits for anything but the selector. */
    private static final int CLOSE_MILLIS = 10_000;

    private final Store store;
    private final Dispatcher dispatcher;
    private final int unreadLimit;
    private final Object storeLock;
    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer in = ByteBuffer.allocateDirect(SCRATCH).order(WireHeader.ORDER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(4 * SCRATCH).order(WireHeader.ORDER);
    /** Connections with something to send; guarded by the store lock. */
    private final Deque<SocketConnection> dirty = new ArrayDeque<>();
    private final List<SelectionKey> restingListeners = new ArrayList<>();
    private volatile boolean closed;

    SocketLoop(Store store, Dispatcher dispatcher, int unreadLimit, Object storeLock) throws IOException {
        this.store = store;
        this.dispatcher = dispatcher;
        this.unreadLimit = unreadLimit;
        this.storeLock = storeLock;
        selector = Selector.open();
        thread = new Thread(this, "xenstored-sockets");
        thread.setDaemon(true);
        synchronized (storeLock) {
            dispatcher.timers().onEarlier(this::wakeUpFromOutside);
        }
    }

    void start() {
        thread.start();
    }

    /** Serves a listening socket whose connections act as one domain. */
    void add(ServerSocketChannel listener, int domain) throws IOException {
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT, domain);
        selector.wakeup();
    }

    /** Lets a closed listener's key go at once. */
    void wakeup() {
        selector.wakeup();
    }

    void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the socket thread of the XenStore server still runs; it ends by itself");
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                selector.select(this::ready, waitMillis());
                runTimers();
                flushDirty();
                wakeListeners();
            }
        } catch (IOException e) {
            LOG.error("socket loop of the XenStore server ended", e);
        } finally {
            closeAll();
        }
    }

    /** Until the next timer is due; 0 for as long as nothing happens. */
    private long waitMillis() {
        long millis;
        synchronized (storeLock) {
            millis = dispatcher.timers().millisToNext();
        }
        return restingListeners.isEmpty() || millis > 0 && millis < ACCEPT_REST_MILLIS ? millis : ACCEPT_REST_MILLIS;
    }

    private void runTimers() {
        synchronized (storeLock) {
            dispatcher.timers().run();
        }
    }

    private void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.isAcceptable()) {
            accept(key);
            return;
        }
        SocketConnection connection = (SocketConnection) key.attachment();
        try {
            if (key.isReadable() && !connection.read(in)) {
                close(connection, null);
            } else {
                flush(connection);
            }
        } catch (IOException e) {
            close(connection, null);
        } catch (RuntimeException e) {
            fail(connection, e);
        }
    }

    private void accept(SelectionKey key) {
        try {
            SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
            if (channel != null) {
                serve(channel, (Integer) key.attachment());
            }
        } catch (ClosedChannelException e) {
            key.cancel();
        } catch (IOException e) {
            LOG.warn("cannot accept a XenStore connection, trying again in {} ms: {}", ACCEPT_REST_MILLIS,
                    e.getMessage());
            key.interestOps(0);
            restingListeners.add(key);
        }
    }

    private void serve(SocketChannel channel, int domain) throws IOException {
        try {
            open(channel, domain);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void open(SocketChannel channel, int domain) throws IOException {
        channel.configureBlocking(false);
        SocketConnection connection = new SocketConnection(channel, storeLock);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ, connection);
        WireConnection wire = new WireConnection(dispatcher, unreadLimit, () -> outputReady(connection));
        connection.attach(wire, key);
        synchronized (storeLock) {
            wire.attach(store.open(domain, wire));
        }
    }

    /** Called under the store lock, by whichever thread caused the output. */
    private void outputReady(SocketConnection connection) {
        if (connection.markDirty()) {
            dirty.add(connection);
            wakeUpFromOutside();
        }
    }

    /** The loop's own thread looks at everything before it waits again. */
    private void wakeUpFromOutside() {
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    private void flushDirty() {
        while (true) {
            SocketConnection connection;
            synchronized (storeLock) {
                connection = dirty.poll();
                if (connection == null) {
                    return;
                }
                connection.clearDirty();
            }
            flush(connection);
        }
    }

    private void flush(SocketConnection connection) {
        try {
            String reason = connection.flush(out);
            if (reason != null) {
                close(connection, reason);
            }
        } catch (IOException e) {
            close(connection, null);
        } catch (RuntimeException e) {
            fail(connection, e);
        }
    }

    /** One connection that goes wrong must not end the others. */
    private void fail(SocketConnection connection, RuntimeException cause) {
        LOG.error("serving a connection of domain {} failed", connection.wire().session().domain(), cause);
        close(connection, null);
    }

    private void wakeListeners() {
        for (SelectionKey key : restingListeners) {
            if (key.isValid()) {
                key.interestOps(SelectionKey.OP_ACCEPT);
            }
        }
        restingListeners.clear();
    }

    private void close(SocketConnection connection, String reason) {
        if (reason != null) {
            LOG.info("closing a connection of domain {}: {}", connection.wire().session().domain(), reason);
        }
        try {
            connection.closeChannel();
        } catch (IOException e) {
            LOG.debug("closing a socket: {}", e.getMessage());
        }
        synchronized (storeLock) {
            store.close(connection.wire().session());
        }
    }

    private void closeAll() {
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof SocketConnection connection) {
                close(connection, null);
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.warn("cannot close the selector of the XenStore server", e);
        }
    }
}
