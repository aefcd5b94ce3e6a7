package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreLostException;
import dev.conduit.xenstore.wire.Operation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The way to the server: one session and, when asked for, another one whenever that is lost. A new session is used by
 * callers only when the owner has brought it to the state of the one before.
 *
 * <p>The lock is held for moments only, and no transport is called under it.
 */
final class Connection implements Exchange, Requests.Listener {

    /** Whose watches and waits outlive sessions. */
    interface Owner {

        /** The payload of a watch event; must return at once. */
        void event(byte[] payload);

        /** The server is gone for good; must return at once. */
        void lost();

        /**
         * Brings a new session to the state of the one before, on a thread that may wait.
         *
         * @param adopt to be run when that is done, lets callers use the session
         */
        void resume(Requests session, Runnable adopt) throws XenStoreException;
    }

    private final Connector connector;
    private final boolean reconnect;
    private final Duration timeout;
    private final Owner owner;
    private final Object lock = new Object();
    /** Null while there is none to be used; guarded by the lock, like all below. */
    private Requests current;
    /** Makes the next session; null while there is nothing to do. */
    private Reconnection reconnection;
    /** Why there is no session. */
    private IOException reason;
    private boolean closed;

    Connection(Connector connector, boolean reconnect, Duration timeout, Owner owner) {
        this.connector = connector;
        this.reconnect = reconnect;
        this.timeout = timeout;
        this.owner = owner;
    }

    /** Begins the first session. */
    void open(Transport transport) {
        Requests first = new Requests(transport, timeout, this);
        synchronized (lock) {
            current = first;
        }
        first.start();
    }

    Requests newSession() throws XenStoreException {
        return new Requests(connector.open(), timeout, this);
    }

    /** Whether a lost session is followed by another one. */
    boolean reconnects() {
        synchronized (lock) {
            return reconnect && !closed;
        }
    }

    /** The session of this moment, or null while there is none. */
    Requests currentSession() {
        synchronized (lock) {
            return current;
        }
    }

    /** Waits for a session as long as for a reply; interrupts stay pending. */
    @Override
    public Requests session(Operation operation, String about) throws XenStoreException {
        return session(operation, about, System.nanoTime() + timeout.toNanos());
    }

    private Requests session(Operation operation, String about, long deadline) throws XenStoreException {
        boolean interrupted = false;
        try {
            synchronized (lock) {
                while (current == null) {
                    long left = deadline - System.nanoTime();
                    if (closed) {
                        throw Requests.lost(operation, about, reason);
                    }
                    if (left <= 0) {
                        throw Requests.lost(operation, about, new IOException("the server did not come back within "
                                + timeout.toMillis() + " ms: " + reason.getMessage(), reason));
                    }
                    try {
                        TimeUnit.NANOSECONDS.timedWait(lock, left);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return current;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What is sent to a session. */
    private interface Sending<R> {
        R to(Requests session) throws XenStoreException;
    }

    @Override
    public Reply send(Operation operation, int transaction, byte[] payload, String about) throws XenStoreException {
        return send(operation, about, session -> session.send(operation, transaction, payload, about));
    }

    @Override
    public List<Reply> send(int transaction, List<Request> requests) throws XenStoreException {
        Request first = requests.get(0);
        return send(first.operation(), first.about(), session -> session.send(transaction, requests));
    }

    /** What could not be sent, because the session had just ended, is sent to the next one. */
    private <R> R send(Operation operation, String about, Sending<R> sending) throws XenStoreException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Requests session = session(operation, about, deadline);
            try {
                return sending.to(session);
            } catch (XenStoreLostException e) {
                if (!reconnects()) {
                    throw e;
                }
                lost(session);
            }
        }
    }

    @Override
    public void event(byte[] payload) {
        owner.event(payload);
    }

    @Override
    public void lost(Requests session) {
        synchronized (lock) {
            if (session != current || closed) {
                return;
            }
            if (reconnect) {
                current = null;
                reason = session.lossCause();
                reconnection = new Reconnection(this, owner, session);
                reconnection.start();
                return;
            }
        }
        owner.lost();
    }

    /** Lets callers use a session; false when it was lost already, since nobody would hear of that again. */
    boolean adopt(Requests session) {
        synchronized (lock) {
            if (closed || session.isLost()) {
                return false;
            }
            current = session;
            reconnection = null;
            lock.notifyAll();
            return true;
        }
    }

    /** Notes why there is still no session. */
    void failed(IOException cause) {
        synchronized (lock) {
            if (!closed) {
                reason = cause;
            }
        }
    }

    /** Ends the session and all calls, now and later. */
    void close(IOException cause) {
        Requests session;
        Reconnection unfinished;
        synchronized (lock) {
            closed = true;
            reason = cause;
            session = current;
            unfinished = reconnection;
            lock.notifyAll();
        }
        if (session != null) {
            session.close(cause);
        }
        if (unfinished != null) {
            unfinished.close(cause);
        }
        owner.lost();
    }
}
