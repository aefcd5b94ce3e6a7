package dev.conduit.xenstore.client;

import dev.conduit.xenstore.GuestRing;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.ring.PageMemory;
import dev.conduit.xenstore.ring.RingError;
import dev.conduit.xenstore.ring.RingLayout;
import dev.conduit.xenstore.ring.RingReader;
import dev.conduit.xenstore.ring.RingWriter;
import dev.conduit.xenstore.wire.Features;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guest's end of a ring in a shared page, with one thread that reads and sends what the ring did not take at once.
 * The ring itself stays open when the transport is closed, and may be connected to again.
 */
public final class RingTransport implements Transport, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(RingTransport.class);
    /** Bytes kept for a server that does not read. */
    private static final int BACKLOG_LIMIT = 4 << 20;
    /** Longest sleep between two looks, for an event that was lost. */
    private static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int CLOSE_MILLIS = 10_000;

    private final GuestRing ring;
    private final PageMemory memory;
    private final RingReader replies;
    private final RingWriter requests;
    private final boolean tellsErrors;
    private final boolean reconnects;
    private final int firstError;
    private final MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
    private final ByteBuffer in;
    private final Thread thread = new Thread(this, "xenstore-ring");
    private final Object writeLock = new Object();
    /** What the ring did not take yet; guarded by the write lock, as is the writing half. */
    private final Deque<ByteBuffer> backlog = new ArrayDeque<>();
    private int backlogBytes;
    private volatile Receiver receiver;
    private volatile boolean closed;

    private RingTransport(GuestRing ring, PageMemory memory, ByteBuffer first) {
        this.ring = ring;
        this.memory = memory;
        replies = RingReader.ofReplies(memory);
        requests = RingWriter.ofRequests(memory);
        int features = memory.loadAcquire(RingLayout.SERVER_FEATURES);
        tellsErrors = (features & Features.ERROR_FIELD) != 0;
        reconnects = (features & Features.RECONNECTION) != 0;
        firstError = memory.loadAcquire(RingLayout.ERROR);
        in = ByteBuffer.allocate(RingLayout.RING_SIZE).put(first).flip();
        thread.setDaemon(true);
    }

    /**
     * Begins a connection, also on a ring that was used before.
     *
     * @param ring not in use by another client now; not closed with the transport
     * @param timeout longest wait for the server
     * @return not started yet
     * @throws XenStoreException when no server answers on the ring
     */
    public static RingTransport connect(GuestRing ring, Duration timeout) throws XenStoreException {
        PageMemory memory = new PageMemory(ring.page());
        try {
            return new RingTransport(ring, memory, new RingStart(ring, memory, timeout.toMillis()).run());
        } catch (IOException e) {
            throw new XenStoreException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new XenStoreException("interrupted while connecting to a XenStore ring", e);
        }
    }

    @Override
    public void start(Receiver newReceiver) {
        receiver = newReceiver;
        thread.start();
    }

    @Override
    public void send(Message message) throws IOException {
        ByteBuffer bytes = message.encoded();
        synchronized (writeLock) {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (backlogBytes + bytes.remaining() > BACKLOG_LIMIT) {
                throw new XenStoreException((String) null, "the XenStore server left " + backlogBytes
                        + " bytes of the ring's backlog"
                        + " unread, at most " + BACKLOG_LIMIT + " are kept");
            }
            if (backlog.isEmpty() && requests.undisturbed() && requests.write(bytes) > 0) {
                ring.notifyPeer();
            }
            if (bytes.hasRemaining()) {
                backlog.add(bytes);
                backlogBytes += bytes.remaining();
            }
        }
    }

    @Override
    public void run() {
        try {
            long seen = ring.events();
            receive();
            while (!closed) {
                if (!exchange()) {
                    seen = ring.await(seen, System.nanoTime() + SLICE_NANOS);
                }
            }
            takeLeave();
        } catch (IOException | InterruptedException | RuntimeException e) {
            boolean wanted;
            synchronized (writeLock) {
                wanted = closed;
                closed = true;
            }
            if (!wanted) {
                receiver.lost(e instanceof IOException io ? io : new IOException(e));
            }
        }
    }

    /** One look at everything; whether something moved. */
    private boolean exchange() throws IOException {
        requireHealthy();
        boolean moved = sendBacklog();
        moved |= replies.read(in.clear()) > 0;
        if (moved) {
            ring.notifyPeer();
        }
        in.flip();
        receive();
        return moved;
    }

    private void receive() throws IOException {
        while (in.hasRemaining()) {
            Message message = decoder.next(in);
            if (message != null && !closed) {
                receiver.received(message);
            }
        }
    }

    /** An error that stood there from the start counts only when the server says that it uses the field. */
    private void requireHealthy() throws IOException {
        int error = memory.loadAcquire(RingLayout.ERROR);
        if (error != RingError.NONE.code() && (tellsErrors || error != firstError)) {
            throw new IOException("the XenStore server gave up the ring: error " + RingError.describe(error));
        }
        boolean undisturbed;
        synchronized (writeLock) {
            undisturbed = requests.undisturbed();
        }
        if (!undisturbed || !replies.undisturbed()) {
            throw new IOException("the ring to the XenStore server was reset: the domain was introduced anew,"
                    + " or another client uses the ring");
        }
    }

    private boolean sendBacklog() throws IOException {
        synchronized (writeLock) {
            boolean moved = false;
            while (!backlog.isEmpty()) {
                int count = requests.write(backlog.peek());
                backlogBytes -= count;
                moved |= count > 0;
                if (backlog.peek().hasRemaining()) {
                    break;
                }
                backlog.poll();
            }
            return moved;
        }
    }

    @Override
    public void close() {
        synchronized (writeLock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        ring.wakeUp();
        if (receiver == null) {
            takeLeave();
        } else if (Thread.currentThread() != thread) {
            joinThread();
        }
    }

    /** The next client of the ring must not meet this one's thread. */
    private void joinThread() {
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The server does not see the end of a client, so it is asked to drop what this one had. */
    private void takeLeave() {
        ByteBuffer last = Message.of(Operation.RESET_WATCHES, 0, 0, Payload.strings("")).encoded();
        try {
            if (reconnects) {
                memory.storeRelease(RingLayout.CONNECTION, RingLayout.RECONNECT);
                ring.notifyPeer();
            } else if (backlog.isEmpty() && requests.space() >= last.remaining()) {
                requests.write(last);
                ring.notifyPeer();
            }
        } catch (IOException e) {
            LOG.debug("leaving a XenStore ring: {}", e.getMessage());
        }
    }

    @Override
    public int maximumPayload() {
        return WireHeader.PAYLOAD_MAX;
    }
}
