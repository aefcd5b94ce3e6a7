package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Unix socket. The threads that wait for replies read it themselves, a thread of its own when none does: see
 * {@link ReadingRole}.
 *
 * <p>The channel is non-blocking, for two reasons: an interrupt of a sending or reading thread cannot close it, and
 * what the socket does not take at once is left to the reading thread, so that sending never waits.
 */
public final class SocketTransport implements Transport, Runnable {

    /** Longest payload taken from a server; oxenstored sends more than the protocol allows. */
    private static final int REPLY_LIMIT = 4 << 20;
    /** Bytes kept for a server that does not read. */
    private static final int BACKLOG_LIMIT = 4 << 20;
    private static final int READ_BUFFER = 16 << 10;

    private final Path socket;
    private final SocketChannel channel;
    private final Selector selector;
    private final Thread thread;
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<Receiver> started = new CompletableFuture<>();
    private final ReadingRole role = new ReadingRole();
    /** The next three belong to the thread that has the role. */
    private final ByteBuffer in = ByteBuffer.allocateDirect(READ_BUFFER);
    private final MessageDecoder decoder = new MessageDecoder(REPLY_LIMIT);
    private SelectionKey key;
    private final Object writeLock = new Object();
    /** What the socket did not take yet; guarded by the write lock. */
    private final Deque<ByteBuffer> backlog = new ArrayDeque<>();
    private int backlogBytes;
    /** Whether the reading thread has to look at the backlog. */
    private volatile boolean backlogged;
    private volatile boolean closed;

    private SocketTransport(Path socket) throws IOException {
        this.socket = socket;
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            selector = Selector.open();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        thread = new Thread(this, "xenstore-reader");
        thread.setDaemon(true);
    }

    /**
     * Connects.
     *
     * @param socket the server's socket file
     * @param timeout longest wait, also when the server does not accept
     * @return not started yet
     * @throws XenStoreException when there is no server
     */
    public static SocketTransport connect(Path socket, Duration timeout) throws XenStoreException {
        SocketTransport transport = null;
        try {
            transport = new SocketTransport(socket);
            transport.thread.start();
            transport.connected.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return transport;
        } catch (ExecutionException e) {
            throw new XenStoreException("cannot connect to the XenStore socket " + socket + ": "
                    + e.getCause().getMessage(), e.getCause());
        } catch (IOException e) {
            throw new XenStoreException("cannot connect to the XenStore socket " + socket + ": " + e.getMessage(), e);
        } catch (TimeoutException e) {
            transport.close();
            throw new XenStoreException("the XenStore server at " + socket + " did not accept within "
                    + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            transport.close();
            Thread.currentThread().interrupt();
            throw new XenStoreException("interrupted while connecting to " + socket, e);
        }
    }

    @Override
    public void start(Receiver receiver) {
        started.complete(receiver);
    }

    @Override
    public void send(Message message) throws IOException {
        send(message.encoded());
    }

    @Override
    public void send(List<Message> messages) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(messages.stream().mapToInt(Message::wireSize).sum())
                .order(WireHeader.ORDER);
        messages.forEach(message -> message.encode(bytes));
        send(bytes.flip());
    }

    private void send(ByteBuffer bytes) throws IOException {
        synchronized (writeLock) {
            if (closed) {
                throw ended(null);
            }
            if (backlogBytes + bytes.remaining() > BACKLOG_LIMIT) {
                throw new XenStoreException((String) null, "the XenStore server at " + socket + " left " + backlogBytes
                        + " bytes unread, at most " + BACKLOG_LIMIT + " are kept");
            }
            if (backlog.isEmpty()) {
                write(bytes);
            }
            if (bytes.hasRemaining()) {
                backlog.add(bytes);
                backlogBytes += bytes.remaining();
                backlogged = true;
                selector.wakeup();
            }
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        try {
            channel.write(bytes);
        } catch (IOException e) {
            throw ended(e);
        }
    }

    private IOException ended(Exception cause) {
        String message = "the connection to the XenStore server at " + socket + " has ended";
        return new IOException(cause == null ? message : message + ": " + cause.getMessage(), cause);
    }

    @Override
    public <T> T await(CompletableFuture<T> reply, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        return role.await(reply, nanos, this::read);
    }

    @Override
    public void run() {
        try (selector; channel) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ);
            connected.complete(null);
            started.join();
            role.serve(this::read);
        } catch (IOException | RuntimeException e) {
            connected.completeExceptionally(e);
        }
    }

    /** Called by the thread that has the reading role. */
    private boolean read(long nanos) {
        try {
            if (closed) {
                return false;
            }
            // No limit is 0 for a selector; part of a millisecond counts as one.
            selector.select(nanos == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
            selector.selectedKeys().clear();
            if (backlogged) {
                writeBacklog();
            }
            in.clear();
            int count = channel.read(in);
            if (count < 0) {
                throw new EOFException("the server closed it");
            }
            in.flip();
            while (in.hasRemaining()) {
                Message message = decoder.next(in);
                if (message != null) {
                    started.join().received(message);
                }
            }
            return true;
        } catch (IOException | RuntimeException e) {
            lose(e);
            return false;
        }
    }

    private void lose(Exception cause) {
        boolean wanted;
        synchronized (writeLock) {
            wanted = closed;
            closed = true;
        }
        if (!wanted) {
            started.join().lost(ended(cause));
        }
    }

    private void writeBacklog() throws IOException {
        synchronized (writeLock) {
            while (!backlog.isEmpty()) {
                backlogBytes -= channel.write(backlog.peek());
                if (backlog.peek().hasRemaining()) {
                    break;
                }
                backlog.poll();
            }
            backlogged = !backlog.isEmpty();
            key.interestOps(backlogged ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    @Override
    public void close() {
        synchronized (writeLock) {
            closed = true;
        }
        started.completeExceptionally(new ClosedChannelException());
        try {
            // Ends a connect that is in progress; the reading thread closes the rest.
            channel.close();
        } catch (IOException e) {
            started.completeExceptionally(e);
        }
        selector.wakeup();
    }

    @Override
    public int maximumPayload() {
        return WireHeader.PAYLOAD_MAX;
    }
}
