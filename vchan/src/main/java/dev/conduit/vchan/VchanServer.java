package dev.conduit.vchan;

import dev.conduit.core.PlatformException;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The server's end of a vchan: the channel, and what a client needs to find it.
 *
 * <p>Thread-safe but for the channel, which has its own rules. The channel can be written to before the client
 * connects. A persistent server (see {@link VchanOptions#withPersistentServer}) goes back to
 * {@link VchanState#WAITING} when its client leaves; its reads then wait for the next client, which goes on where the
 * rings stand.
 */
public final class VchanServer implements AutoCloseable {

    /** Clients before Xen 4.14 connect without an event. */
    private static final long LOOK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);

    private final RingChannel channel;
    private final Link link;
    private final VchanNodes nodes;

    VchanServer(RingChannel channel, Link link, VchanNodes nodes) {
        this.channel = channel;
        this.link = link;
        this.nodes = nodes;
    }

    /**
     * Returns the channel; closing it is the same as closing the server.
     *
     * @return always the same object
     */
    public VchanChannel channel() {
        return channel;
    }

    /**
     * Returns the grant reference of the control page.
     *
     * @return a positive number
     */
    public int ringRef() {
        return nodes.ringRef();
    }

    /**
     * Returns the number of the server's event port.
     *
     * @return a positive number
     */
    public int eventChannel() {
        return nodes.eventChannel();
    }

    /**
     * Writes {@code ring-ref} and {@code event-channel} below a path, readable by the client only. They are removed
     * when the channel is closed, with what is empty then of {@code .../data/vchan/...} above.
     *
     * @param store where to write; a transaction, so that no client sees one node without the other
     * @param path the vchan's folder, absolute or relative to the own home; at most 49 bytes, because libxenvchan
     *     silently cuts off longer ones
     * @throws XenStoreException when the store refuses
     * @throws IllegalArgumentException when the path is too long
     * @throws IllegalStateException when it is published somewhere else already
     */
    public void publish(XenStoreOperations store, String path) throws XenStoreException {
        nodes.publish(store, path);
    }

    /**
     * As {@link #publish(XenStoreOperations, String)}, in a transaction of its own.
     *
     * @param path the vchan's folder, absolute or relative to the own home; at most 49 bytes
     * @throws XenStoreException when the store refuses
     * @throws IllegalArgumentException when the path is too long
     * @throws IllegalStateException when it is published somewhere else already
     */
    public void publish(String path) throws XenStoreException {
        nodes.publish(path);
    }

    /**
     * Removes what was published, as servers of Qubes do once their client is there: connections then cost no quota, and
     * nobody finds a server that is taken. libxenvchan keeps the nodes until close, where a persistent server needs
     * them. Nodes that another server has put in their place stay. Close does the same, and again if XenStore refuses
     * it now.
     */
    public void unpublish() {
        nodes.remove();
    }

    /**
     * Waits until a client is connected, also one that sends no event when it connects.
     *
     * @param timeout longest wait
     * @throws VchanTimeoutException when none came in time
     * @throws VchanPeerClosedException when one came and left again, or its domain is gone
     * @throws IOException see {@link VchanChannel}
     */
    public void awaitConnected(Duration timeout) throws IOException {
        long start = System.nanoTime();
        long limit = RingChannel.nanos(timeout);
        link.checkUsable();
        while (true) {
            long seen = link.port().events();
            link.checkPeerOpen();
            if (link.state() == VchanState.OPEN) {
                return;
            }
            long now = System.nanoTime();
            if (now - start >= limit) {
                throw new VchanTimeoutException("no client connected to the vchan with ring-ref " + ringRef()
                        + " within " + timeout.toMillis() + " ms");
            }
            link.lookForPeerDomain();
            sleep(seen, now + Math.min(LOOK_INTERVAL, limit - (now - start)));
            link.checkStillUsable();
        }
    }

    /** Closes the channel. Idempotent; from any thread. */
    @Override
    public void close() {
        channel.close();
    }

    private void sleep(long seen, long deadline) throws IOException {
        try {
            link.port().await(seen, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a client; the server can still be used");
        } catch (PlatformException e) {
            throw link.lost(e);
        }
    }
}
