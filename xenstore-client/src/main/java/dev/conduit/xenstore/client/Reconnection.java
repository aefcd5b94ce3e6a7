package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tries to get a new session, with pauses that double, half of each random, until it has one or is closed. */
final class Reconnection implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Reconnection.class);
    private static final long FIRST_PAUSE_MILLIS = 10;
    private static final long LONGEST_PAUSE_MILLIS = 2000;

    private final Connection connection;
    private final Connection.Owner owner;
    private final Requests lost;
    private boolean adopted;
    /** The session that is being prepared; guarded by this. */
    private Requests session;
    /** Why it was closed; guarded by this. */
    private IOException closed;

    /** The lost session is closed before another one is opened: they may share a ring. */
    Reconnection(Connection connection, Connection.Owner owner, Requests lost) {
        this.connection = connection;
        this.owner = owner;
        this.lost = lost;
    }

    void start() {
        Thread thread = new Thread(this, "xenstore-reconnect");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        LOG.info("the XenStore server is lost, connecting again: {}", lost.lossCause().getMessage());
        lost.close(lost.lossCause());
        long pause = FIRST_PAUSE_MILLIS;
        attempt();
        while (!adopted && !closedWithin(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1))) {
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            attempt();
        }
        LOG.info(adopted ? "connected to the XenStore server again" : "closed before the XenStore server came back");
    }

    private void attempt() {
        Requests made = null;
        try {
            made = connection.newSession();
            begin(made);
            Requests prepared = made;
            owner.resume(made, () -> adopted = connection.adopt(prepared));
        } catch (XenStoreException e) {
            LOG.debug("connecting to the XenStore server: {}", e.getMessage());
            connection.failed(e);
        } finally {
            if (made != null && !adopted) {
                made.close(new IOException("the connection to the XenStore server was given up"));
            }
        }
    }

    private void begin(Requests made) throws XenStoreException {
        synchronized (this) {
            if (closed != null) {
                throw new XenStoreException(closed.getMessage(), closed);
            }
            session = made;
        }
        made.start();
    }

    private synchronized boolean closedWithin(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = deadline - System.nanoTime(); left > 0 && closed == null; left = deadline - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                LOG.debug("interrupt of the connecting thread ignored; closing the client ends it");
            }
        }
        return closed != null;
    }

    /** Ends the attempt that is being made, and makes no other. */
    void close(IOException cause) {
        Requests unfinished;
        synchronized (this) {
            closed = cause;
            unfinished = session;
            notifyAll();
        }
        if (unfinished != null) {
            unfinished.close(cause);
        }
    }
}
