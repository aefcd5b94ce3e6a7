package dev.conduit.rendezvous.launch.libvirt;

import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.time.Deadline;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.libvirt.Connect;
import org.libvirt.ErrorCallback;
import org.libvirt.LibvirtException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to libvirt, opened when it is needed, and again when it is lost. libvirt's calls neither have a time
 * limit nor can they be interrupted, so each runs on a thread of its own, and who waits may go away before it; the
 * connection is not used any more then. Thread-safe.
 */
final class Hypervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Hypervisor.class);
    /** Calls at one time, those that never return included. */
    static final int MAX_CALLS = 16;
    private static final long CLOSE_SECONDS = 3;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "conduit-libvirt");
        thread.setDaemon(true);
        return thread;
    });

    private final String uri;
    private final Semaphore calls = new Semaphore(MAX_CALLS);
    /** Guarded by this; opening is not, so that nobody waits for it longer than for its own call. */
    private Connect connection;
    private volatile boolean closed;

    Hypervisor(String uri) {
        this.uri = uri;
    }

    /** Something to be done with a connection; done again from the beginning when the connection was lost meanwhile. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connect connection) throws LibvirtException, LaunchException;
    }

    /** Loads the binding and the library, and keeps the library from writing its errors to standard error. */
    static void load() throws LaunchException {
        try {
            Connect.setErrorCallback(Silence.CALLBACK);
        } catch (LibvirtException e) {
            throw new LaunchException("launcher libvirt: " + OneLine.of(e), e);
        }
    }

    /** The library calls it for as long as it is loaded. */
    private static final class Silence {

        static final ErrorCallback CALLBACK = new ErrorCallback();
    }

    <T> T call(String what, Deadline limit, Work<T> work) throws LaunchException, InterruptedException {
        if (closed) {
            throw new LaunchException("the launcher libvirt is closed");
        }
        if (!calls.tryAcquire(limit.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new LaunchException(what + ": " + MAX_CALLS + " calls to libvirt at " + uri + " are unanswered");
        }
        Future<T> answer = THREADS.submit(() -> {
            try {
                return run(work);
            } finally {
                calls.release();
            }
        });
        boolean answered = false;
        try {
            T result = answer.get(limit.left().toNanos(), TimeUnit.NANOSECONDS);
            answered = true;
            return result;
        } catch (ExecutionException e) {
            answered = true;
            if (e.getCause() instanceof LinkageError error) {
                throw LibvirtLauncherProvider.unavailable(error);
            }
            throw new LaunchException(what + ": " + OneLine.of(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new LaunchException(what + ": libvirt at " + uri + " did not answer within "
                    + limit.whole().toMillis() + " ms", e);
        } finally {
            if (!answered) {
                abandon();
            }
        }
    }

    private <T> T run(Work<T> work) throws LibvirtException, LaunchException {
        Connect used = connection();
        try {
            return work.run(used);
        } catch (LibvirtException e) {
            if (isAlive(used)) {
                throw e;
            }
            LOG.info("the connection to libvirt at {} was lost and is opened again: {}", uri, OneLine.of(e));
            return work.run(connection());
        }
    }

    private Connect connection() throws LibvirtException {
        synchronized (this) {
            if (connection != null && isAlive(connection)) {
                return connection;
            }
        }
        Connect opened = new Connect(uri);
        synchronized (this) {
            if (connection != null && isAlive(connection)) {
                // Two opened one at the same time.
                opened.close();
                return connection;
            }
            connection = opened;
            return opened;
        }
    }

    private static boolean isAlive(Connect connection) {
        try {
            return connection.isAlive();
        } catch (LibvirtException e) {
            return false;
        }
    }

    /** Not closed: a call that hangs is using it. */
    private synchronized void abandon() {
        connection = null;
    }

    /** Waits a little for calls under way: a connection that is in use must not be closed. */
    @Override
    public void close() {
        closed = true;
        boolean idle = false;
        try {
            idle = calls.tryAcquire(MAX_CALLS, CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Connect last;
        synchronized (this) {
            last = connection;
            connection = null;
        }
        if (idle && last != null) {
            try {
                last.close();
            } catch (LibvirtException e) {
                LOG.debug("the connection to {} did not close: {}", uri, OneLine.of(e));
            }
        }
    }
}
