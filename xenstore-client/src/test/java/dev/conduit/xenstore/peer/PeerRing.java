package dev.conduit.xenstore.peer;

import dev.conduit.xenstore.GuestRing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A guest of one of Debian's daemons: the page is a mapped file, events to the daemon go through its FIFO, and what the
 * daemon does is seen by looking every 200 microseconds.
 */
public final class PeerRing implements GuestRing {

    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final PeerServer server;
    private final int domain;
    private final ByteBuffer page;
    private volatile long looks;

    /** Makes the domain; it is still to be introduced. */
    public PeerRing(PeerServer server, int domain) {
        this.server = server;
        this.domain = domain;
        try (FileChannel file = FileChannel.open(server.addDomain(domain), StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            page = file.map(MapMode.READ_WRITE, 0, 4096).order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ByteBuffer page() {
        return page;
    }

    @Override
    public void notifyPeer() {
        server.kick(domain);
    }

    @Override
    public long events() {
        return looks;
    }

    @Override
    public long await(long seen, long deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while waiting for xenstored");
        }
        LockSupport.parkNanos(POLL_NANOS);
        return looks;
    }

    @Override
    public synchronized void wakeUp() {
        looks++;
    }

    @Override
    public void close() {
        // The file goes with the server's directory.
    }
}
