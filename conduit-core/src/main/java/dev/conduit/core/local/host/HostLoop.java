package dev.conduit.core.local.host;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of the host: all control connections on a selector, and with them the tables. */
final class HostLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(HostLoop.class);
    /** How long no connection is accepted after the system refused one, for example for want of descriptors. */
    private static final long ACCEPT_PAUSE_MILLIS = 100;

    private final Selector selector;
    private final ServerSocketChannel server;
    private final SelectionKey acceptKey;
    private final int maxConnections;
    private final Supplier<ControlSession> sessions;
    private final KeptProcesses kept;
    private final Consumer<Handle> onEnd;
    private long nextLook = System.nanoTime();
    private volatile boolean stopping;

    /** Takes over the server socket; {@code onEnd} is told of kept processes that ended. */
    HostLoop(ServerSocketChannel server, int maxConnections, Supplier<ControlSession> sessions,
            KeptProcesses kept, Consumer<Handle> onEnd) throws IOException {
        this.server = server;
        this.maxConnections = maxConnections;
        this.sessions = sessions;
        this.kept = kept;
        this.onEnd = onEnd;
        this.selector = Selector.open();
        server.configureBlocking(false);
        this.acceptKey = server.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Ends the loop, from any thread. */
    void stop() {
        stopping = true;
        selector.wakeup();
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                if (acceptKey.interestOps() == 0) {
                    selector.select(ACCEPT_PAUSE_MILLIS);
                    acceptKey.interestOps(SelectionKey.OP_ACCEPT);
                } else {
                    selector.select(kept.isEmpty() ? 0 : KeptProcesses.POLL_MILLIS);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                lookAtKept();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the local host ends: {}", e.toString(), e);
        } finally {
            closeAll();
        }
    }

    /** Not at each turn: a busy host would do nothing else. */
    private void lookAtKept() {
        if (kept.isEmpty() || System.nanoTime() - nextLook < 0) {
            return;
        }
        nextLook = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(KeptProcesses.POLL_MILLIS);
        kept.ended().forEach(this::end);
    }

    private void end(Handle handle) {
        try {
            onEnd.accept(handle);
        } catch (RuntimeException e) {
            LOG.error("the end of a process was not handled completely: {}", e.toString(), e);
        }
    }

    private void serve(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key == acceptKey) {
            accept();
            return;
        }
        HostConnection connection = (HostConnection) key.attachment();
        boolean open = false;
        try {
            open = connection.ready(key);
        } catch (IOException e) {
            LOG.debug("a control connection failed: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a control connection is dropped: {}", e.toString(), e);
        }
        if (!open) {
            end(connection);
        }
    }

    private void end(HostConnection connection) {
        close(connection);
        try {
            connection.session().end();
        } catch (RuntimeException e) {
            LOG.error("the end of a process was not handled completely: {}", e.toString(), e);
        }
    }

    private void accept() {
        try {
            SocketChannel channel = server.accept();
            if (channel == null) {
                return;
            }
            channel.configureBlocking(false);
            if (selector.keys().size() > maxConnections) {
                channel.write(ByteBuffer.wrap(("ERR ENOSPC the host has " + maxConnections
                        + " control connections, the most it may\n").getBytes(StandardCharsets.US_ASCII)));
                channel.close();
                return;
            }
            channel.register(selector, SelectionKey.OP_READ, new HostConnection(channel, sessions.get()));
        } catch (IOException e) {
            LOG.warn("cannot accept a control connection: {}", e.getMessage());
            acceptKey.interestOps(0);
        }
    }

    /** A process lost its domain: it learns so from the end of its connection. */
    void drop(Handle handle) {
        for (HostConnection connection : connections()) {
            if (connection.session().handle() == handle) {
                close(connection);
            }
        }
    }

    private List<HostConnection> connections() {
        List<HostConnection> connections = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof HostConnection connection) {
                connections.add(connection);
            }
        }
        return connections;
    }

    private static void close(HostConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("a control connection did not close: {}", e.getMessage());
        }
    }

    private void closeAll() {
        connections().forEach(HostLoop::close);
        try {
            server.close();
            selector.close();
        } catch (IOException e) {
            LOG.debug("the control socket did not close: {}", e.getMessage());
        }
    }
}
