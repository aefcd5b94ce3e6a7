package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Listens under a name.
 *
 * <p>Thread-safe. Connects are answered in the background as they come: up to the backlog they are granted, and wait
 * here, attached, to be accepted; beyond it they are refused at once.
 */
public final class ConduitServer implements AutoCloseable {

    /** How often a blocked accept makes sure that XenStore is still there, which does not announce its end. */
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final String ownName;
    private final Conduit conduit;
    private final ServerChore chore;
    /** Null when the name is not shared. */
    private final Membership membership;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<ConduitConnection> ready = new ArrayDeque<>();
    private boolean closed;
    private IOException failure;

    /** @param ownName what the queue stands under: the name, unless that is shared */
    ConduitServer(String name, String ownName, Conduit conduit, ListenOptions options) {
        this.name = name;
        this.ownName = ownName;
        this.conduit = conduit;
        this.chore = new ServerChore(this, conduit, options);
        this.membership = options.isShared() ? new Membership(name, conduit, options.sharing(), ownName) : null;
    }

    /**
     * Returns the name clients ask for.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Waits for a connection, until one comes or the server is closed.
     *
     * @return the connection, its client attached
     * @throws ClosedChannelException when the server is closed, also while this waits
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when XenStore or the name is lost: the server is of no more use
     */
    public ConduitConnection accept() throws IOException {
        return accept(Duration.ofDays(365));
    }

    /**
     * Waits for a connection.
     *
     * @param timeout longest wait; zero looks once
     * @return the connection, its client attached
     * @throws ConduitTimeoutException when none came in time
     * @throws ClosedChannelException when the server is closed, also while this waits
     * @throws java.io.InterruptedIOException when the thread is interrupted
     * @throws IOException when XenStore or the name is lost: the server is of no more use
     */
    public ConduitConnection accept(Duration timeout) throws IOException {
        Deadline deadline = Deadline.after(timeout);
        lock.lock();
        try {
            while (ready.isEmpty()) {
                if (closed) {
                    throw new ClosedChannelException();
                }
                if (failure != null) {
                    throw new ConduitException("server '" + name + "' failed: " + failure.getMessage(), failure);
                }
                if (deadline.passed()) {
                    throw new ConduitTimeoutException("accept on '" + name + "' timed out: no client connected within "
                            + timeout.toMillis() + " ms");
                }
                if (changed.awaitNanos(Math.min(deadline.nanosLeft(), CHECK_NANOS)) <= 0) {
                    chore.check();
                }
            }
            return ready.remove();
        } catch (InterruptedException interrupt) {
            throw Store.interrupted("accept on '" + name + "'");
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops listening: clients that wait are refused, connections not yet accepted are closed, accepted ones stay. The
     * name is free again when the last of those is closed. Idempotent.
     */
    @Override
    public void close() {
        List<ConduitConnection> unwanted;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            unwanted = new ArrayList<>(ready);
            ready.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (membership != null) {
            membership.stop();
        }
        chore.stop();
        unwanted.forEach(ConduitConnection::close);
        conduit.forget(this);
    }

    /** Answers the queue, then takes part in a shared name: who finds this server by it is answered. */
    void start(Deadline deadline) throws IOException {
        chore.start(deadline);
        if (membership != null) {
            membership.start(deadline);
        }
    }

    String ownName() {
        return ownName;
    }

    long waiting(DomainId client) {
        lock.lock();
        try {
            return ready.stream().filter(connection -> connection.peer().equals(client)).count();
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return ready.size();
        } finally {
            lock.unlock();
        }
    }

    /** A client has attached. */
    void deliver(ConduitConnection connection) {
        lock.lock();
        try {
            if (!closed) {
                ready.add(connection);
                changed.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        connection.close();
    }

    /** The server cannot go on. */
    void fail(IOException cause) {
        lock.lock();
        try {
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
