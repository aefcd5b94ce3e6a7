package dev.conduit.synjitsu.adopt;

import dev.conduit.core.net.TcpChannel;
import dev.conduit.core.net.TcpListener;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accept loop for connections that clients make now and those that were adopted: the latter come first. Thread-safe.
 */
public final class Acceptor implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    private final TcpListener listener;
    private final BlockingQueue<AdoptedConnection> adopted = new LinkedBlockingQueue<>();
    private volatile boolean closed;

    private Acceptor(TcpListener listener) {
        this.listener = listener;
    }

    /**
     * Listens. A service does so before it has connections handed over, so that none is refused in between.
     *
     * @param address the service's address and port, or the wildcard's
     * @param backlog how many new connections the kernel keeps until they are accepted
     * @return the acceptor
     * @throws IOException when the address cannot be listened at
     */
    public static Acceptor listen(InetSocketAddress address, int backlog) throws IOException {
        return new Acceptor(TcpListener.listen(address, backlog));
    }

    /**
     * Adds an active connection: {@link #accept} gives it out once it is established. One that fails before is logged and
     * forgotten. There is no bound of its own: the front bounds how many it hands over.
     *
     * @param connection active, and not given away
     */
    public void add(AdoptedConnection connection) {
        connection.established().whenComplete((self, failure) -> {
            if (failure == null) {
                adopted.add(self);
                listener.wakeUp();
                if (closed) {
                    abandonAll();
                }
            } else {
                LOG.info("{} was not adopted: {}", connection, failure.getMessage());
            }
        });
    }

    /**
     * Waits for the next connection.
     *
     * @param most how long
     * @return the connection; who takes it closes it
     * @throws SocketTimeoutException when none came in time
     * @throws ClosedChannelException when this is closed, also while waiting
     * @throws IOException when the system has no descriptor or memory for it
     */
    public TcpChannel accept(Duration most) throws IOException {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            TcpChannel next = next();
            if (next != null) {
                return next;
            }
            if (deadline - System.nanoTime() <= 0) {
                throw new SocketTimeoutException("no connection within " + most.toMillis() + " ms");
            }
            listener.await(deadline);
        }
    }

    private TcpChannel next() throws IOException {
        AdoptedConnection first = adopted.poll();
        while (first != null) {
            try {
                return first.channel();
            } catch (ClosedChannelException abandoned) {
                first = adopted.poll();
            }
        }
        return listener.accept();
    }

    /** Stops listening; connections that nobody took are closed. Idempotent. */
    @Override
    public void close() {
        closed = true;
        listener.close();
        abandonAll();
    }

    private void abandonAll() {
        for (AdoptedConnection left = adopted.poll(); left != null; left = adopted.poll()) {
            left.abandon();
        }
    }
}
