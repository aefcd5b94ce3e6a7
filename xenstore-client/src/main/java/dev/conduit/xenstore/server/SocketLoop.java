package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.Acceptor;
import dev.conduit.xenstore.server.socket.Endpoint;
import dev.conduit.xenstore.server.socket.Sockets;
import dev.conduit.xenstore.server.socket.Stream;
import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
    private final Sockets sockets;
    private final Thread thread;
    private final ByteBuffer in = ByteBuffer.allocateDirect(SCRATCH).order(WireHeader.ORDER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(4 * SCRATCH).order(WireHeader.ORDER);
    private final Predecessor server;
    private Successor successor;
    private boolean handedOver;
    /** Connections with something to send; guarded by the store lock. */
    private final Deque<SocketConnection> dirty = new ArrayDeque<>();
    private final List<Acceptor> restingAcceptors = new ArrayList<>();
    private final Set<SocketConnection> connections = new LinkedHashSet<>();
    /** Connections with requests left for their next turn. */
    private final Set<SocketConnection> unfinished = new LinkedHashSet<>();
    private final Turns turns = new Turns(System::nanoTime);
    private volatile boolean closed;

    /** What the loop is part of. */
    interface Predecessor {

        /**
         * Hands everything over, or nothing. Called on the loop's thread, which does nothing else meanwhile.
         *
         * @param successor who asks
         * @param connections open ones
         * @return whether all sockets are the successor's now
         */
        boolean handOver(Stream successor, List<SocketConnection> connections);
    }

    SocketLoop(Predecessor server, Sockets sockets, Store store, Dispatcher dispatcher, int unreadLimit,
            Object storeLock) {
        this.server = server;
        this.sockets = sockets;
        this.store = store;
        this.dispatcher = dispatcher;
        this.unreadLimit = unreadLimit;
        this.storeLock = storeLock;
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
    void add(Acceptor acceptor, int domain) throws IOException {
        acceptor.attach(new Entrance(domain));
        acceptor.interest(true, false);
    }

    void close() {
        closed = true;
        sockets.wakeUp();
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
            resumeRestored();
            while (!closed && !handedOver) {
                turns.nextRound();
                goOn();
                sockets.select(this::ready, waitMillis());
                runTimers();
                flushDirty();
                wakeAcceptors();
                handOver();
            }
        } catch (IOException e) {
            LOG.error("socket loop of the XenStore server ended", e);
        } finally {
            closeAll();
        }
    }

    /** Until the next timer is due; negative for as long as nothing happens. */
    private int waitMillis() {
        if (!unfinished.isEmpty()) {
            return 0;
        }
        long millis;
        synchronized (storeLock) {
            millis = dispatcher.timers().millisToNext();
        }
        boolean timerFirst = millis > 0 && millis < ACCEPT_REST_MILLIS;
        if (restingAcceptors.isEmpty() || timerFirst) {
            return millis == 0 ? -1 : (int) Math.min(millis, Integer.MAX_VALUE);
        }
        return ACCEPT_REST_MILLIS;
    }

    private void runTimers() {
        synchronized (storeLock) {
            dispatcher.timers().run();
        }
    }

    private void ready(Endpoint endpoint, boolean input) {
        // Who had a turn already stays ready, and is given again in the next round.
        if (endpoint instanceof Acceptor acceptor) {
            turns.take(entrance(acceptor).domain(), () -> accept(acceptor));
        } else if (endpoint.attachment() instanceof Successor asking) {
            asking.read();
        } else {
            SocketConnection connection = (SocketConnection) endpoint.attachment();
            turns.take(connection.wire().session().domain(), () -> serve(connection, input));
        }
    }

    private void serve(SocketConnection connection, boolean input) {
        try {
            if (input && !connection.read(in)) {
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

    private static Entrance entrance(Acceptor acceptor) {
        return (Entrance) acceptor.attachment();
    }

    private void accept(Acceptor acceptor) {
        try {
            long wait = entrance(acceptor).take(System.nanoTime());
            if (wait > 0) {
                acceptor.interest(false, false);
                synchronized (storeLock) {
                    dispatcher.timers().timer(() -> wake(acceptor)).set(wait);
                }
                return;
            }
            Stream stream = acceptor.accept();
            if (stream != null) {
                serve(stream, entrance(acceptor).domain());
            }
        } catch (ClosedChannelException e) {
            LOG.debug("a listening socket was closed while a connection came");
        } catch (IOException e) {
            LOG.warn("cannot accept a XenStore connection, trying again in {} ms: {}", ACCEPT_REST_MILLIS,
                    e.getMessage());
            rest(acceptor);
        }
    }

    private void rest(Acceptor acceptor) {
        try {
            acceptor.interest(false, false);
            restingAcceptors.add(acceptor);
        } catch (IOException e) {
            LOG.debug("a listening socket was closed while it had to rest");
        }
    }

    private void serve(Stream stream, int domain) throws IOException {
        try {
            stream.interest(true, false);
        } catch (IOException e) {
            stream.close();
            throw e;
        }
        if (domain == ServerState.SUCCESSOR) {
            if (successor != null) {
                successor.close();
            }
            successor = new Successor(stream);
            return;
        }
        SocketConnection connection = connection(stream);
        synchronized (storeLock) {
            connection.wire().attach(store.open(domain, connection.wire()));
        }
    }

    private SocketConnection connection(Stream stream) {
        SocketConnection connection = new SocketConnection(stream, storeLock);
        connection.attach(new WireConnection(dispatcher, unreadLimit, () -> outputReady(connection)));
        connections.add(connection);
        return connection;
    }

    /** Takes a connection another process had; before {@link #start}. */
    void restore(Stream stream, ServerState.Connection state) throws IOException {
        SocketConnection connection = connection(stream);
        synchronized (storeLock) {
            connection.wire().attach(store.restore(state.session(), connection.wire()));
            connection.restore(state);
        }
        connection.updateInterest();
    }

    /** What the other process had read is handled before anything that is still in the sockets. */
    private void resumeRestored() {
        for (SocketConnection connection : List.copyOf(connections)) {
            try {
                connection.receiveRestored();
                flush(connection);
            } catch (RuntimeException e) {
                fail(connection, e);
            }
        }
    }

    /** Between two rounds: no request is half handled. */
    private void handOver() {
        if (successor != null && successor.ended()) {
            successor.close();
            successor = null;
        } else if (successor != null && successor.complete()) {
            handedOver = server.handOver(successor.stream(), List.copyOf(connections));
            successor = null;
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
            sockets.wakeUp();
        }
    }

    /** Those that had more requests than one turn's get another, in the order in which they had the last. */
    private void goOn() {
        List<SocketConnection> served = new ArrayList<>();
        for (SocketConnection connection : List.copyOf(unfinished)) {
            if (turns.take(connection.wire().session().domain(), () -> resume(connection))
                    && unfinished.remove(connection) && connection.unfinished()) {
                served.add(connection);
            }
        }
        unfinished.addAll(served);
    }

    private void resume(SocketConnection connection) {
        try {
            connection.resume();
            flush(connection);
        } catch (RuntimeException e) {
            fail(connection, e);
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
            } else if (connection.unfinished()) {
                unfinished.add(connection);
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

    private void wakeAcceptors() {
        restingAcceptors.forEach(this::wake);
        restingAcceptors.clear();
    }

    private void wake(Acceptor acceptor) {
        try {
            acceptor.interest(true, false);
        } catch (IOException e) {
            LOG.debug("a listening socket was closed while it rested");
        }
    }

    private void close(SocketConnection connection, String reason) {
        if (reason != null) {
            LOG.info("closing a connection of domain {}: {}", connection.wire().session().domain(), reason);
        }
        try {
            connection.closeStream();
        } catch (IOException e) {
            LOG.debug("closing a socket: {}", e.getMessage());
        }
        connections.remove(connection);
        unfinished.remove(connection);
        synchronized (storeLock) {
            store.close(connection.wire().session());
        }
    }

    private void closeAll() {
        for (SocketConnection connection : List.copyOf(connections)) {
            close(connection, null);
        }
        if (successor != null) {
            successor.close();
        }
        try {
            sockets.close();
        } catch (IOException e) {
            LOG.warn("cannot close the sockets of the XenStore server", e);
        }
    }
}
