package dev.conduit.core.local;

import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import dev.conduit.core.local.shared.ControlProtocol;
import dev.conduit.core.local.shared.Threads;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control connection of a process to its host: one request at a time, and a thread that reads, so that the end of
 * the host is noticed at once.
 *
 * <p>Thread-safe. The channel does not block, and so is not closed by an interrupt of a thread that makes a request;
 * an interrupted thread still gets its answer, and stays interrupted.
 */
final class HostClient implements AutoCloseable {

    static final String START_HINT = "start one with: conduit host";

    private static final Logger LOG = LoggerFactory.getLogger(HostClient.class);
    private static final long REPLY_SECONDS = 10;
    private static final int USUAL_REPLY = 512;

    private final LocalDirectory directory;
    private final SocketChannel channel;
    private final Selector selector;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ReentrantLock turn = new ReentrantLock();
    private final Runnable onLost;

    /** Guarded by lock: the reply that arrived, and why no other will. */
    private String reply;
    private String lost;
    private boolean closed;

    private Thread reader;

    private HostClient(LocalDirectory directory, SocketChannel channel, Selector selector, Runnable onLost) {
        this.directory = directory;
        this.channel = channel;
        this.selector = selector;
        this.onLost = onLost;
    }

    /** Connects; {@code onLost} runs on the reading thread when the host goes away, not when this side closes. */
    static HostClient connect(LocalDirectory directory, Runnable onLost) throws PlatformException {
        directory.checkLength();
        if (!Files.exists(directory.controlSocket())) {
            throw new PlatformException("no local host at " + directory.controlSocket() + ": " + START_HINT);
        }
        SocketChannel channel = null;
        boolean done = false;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(directory.controlSocket()));
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            HostClient client = new HostClient(directory, channel, selector, onLost);
            client.reader = new Thread(client::read, "conduit-control " + directory);
            client.reader.setDaemon(true);
            client.reader.start();
            done = true;
            return client;
        } catch (IOException e) {
            throw new PlatformException("no local host answers at " + directory.controlSocket() + " (" + reason(e)
                    + "): " + START_HINT, e);
        } finally {
            if (!done) {
                closeQuietly(channel);
            }
        }
    }

    /** Sends a request and gives the words of the reply after OK. */
    List<String> call(Object... words) throws PlatformException {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        String answer = exchange(line.append('\n').toString());
        String[] parts = answer.split(" ", 3);
        if (parts[0].equals(ControlProtocol.OK)) {
            List<String> all = Arrays.asList(answer.split(" "));
            return all.subList(1, all.size());
        }
        if (parts[0].equals(ControlProtocol.ERR) && parts.length == 3) {
            throw new PlatformException(parts[2] + " (" + parts[1] + ")");
        }
        throw broken("the host answered '" + answer + "'");
    }

    /** Gives something back: the host may refuse, or be gone, and nothing is left to do then. */
    void attempt(Object... words) {
        try {
            call(words);
        } catch (PlatformException e) {
            LOG.debug("{}: {}", words[0], e.getMessage());
        }
    }

    private String exchange(String line) throws PlatformException {
        turn.lock();
        try {
            lock.lock();
            try {
                requireHost();
                if (reply != null) {
                    throw broken("it said: " + reply);
                }
                send(line);
                return awaitReply(line);
            } finally {
                lock.unlock();
            }
        } finally {
            turn.unlock();
        }
    }

    private void send(String line) throws PlatformException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        if (bytes.remaining() > ControlProtocol.MAX_REQUEST) {
            throw new IllegalArgumentException("request of " + bytes.remaining() + " bytes; the most is "
                    + ControlProtocol.MAX_REQUEST);
        }
        try {
            // All earlier requests are answered, so the socket's buffer is empty and takes any request whole.
            channel.write(bytes);
        } catch (IOException e) {
            // The host has closed the connection. The reader finds that out too, and perhaps a last line that says why.
            LOG.debug("a request could not be sent: {}", reason(e));
            return;
        }
        if (bytes.hasRemaining()) {
            throw broken("a request of " + bytes.limit() + " bytes was not taken whole");
        }
    }

    private String awaitReply(String line) throws PlatformException {
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPLY_SECONDS);
        try {
            while (reply == null) {
                requireHost();
                long rest = deadline - System.nanoTime();
                if (rest <= 0) {
                    throw broken("no answer to " + line.trim() + " within " + REPLY_SECONDS + " s");
                }
                try {
                    changed.awaitNanos(rest);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            String taken = reply;
            reply = null;
            return taken;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void requireHost() throws PlatformException {
        if (closed) {
            throw new PlatformException("the connection to the local host in " + directory + " is closed");
        }
        if (lost != null) {
            throw lostException();
        }
    }

    /** What calls get once the host is gone. */
    PlatformLostException lostException() {
        lock.lock();
        try {
            return new PlatformLostException("the local host in " + directory + " is gone, or has ended this domain ("
                    + lost + "): " + START_HINT);
        } finally {
            lock.unlock();
        }
    }

    /** After this the connection cannot be used: requests and replies no longer match. */
    private PlatformLostException broken(String why) {
        lose(why);
        closeQuietly(channel);
        selector.wakeup();
        return lostException();
    }

    private void lose(String why) {
        lock.lock();
        try {
            if (lost == null) {
                lost = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        ByteBuffer in = ByteBuffer.allocate(USUAL_REPLY);
        try {
            while (in.hasRemaining()) {
                selector.select();
                selector.selectedKeys().clear();
                if (channel.read(in) < 0) {
                    lose(unread() == null ? "it closed the connection" : "it said: " + unread());
                    break;
                }
                in = takeReply(in);
            }
            lose("it sent a line longer than " + ControlProtocol.MAX_REPLY + " bytes");
        } catch (IOException | ClosedSelectorException | CancelledKeyException e) {
            lose("the connection failed: " + reason(e));
        } finally {
            lose("its replies are no longer read");
            closeQuietly(channel);
            closeQuietly(selector);
            if (!isClosed()) {
                onLost.run();
            }
        }
    }

    /** Gives the buffer for what comes next: the same, or a larger one while a long reply is under way. */
    private ByteBuffer takeReply(ByteBuffer in) {
        if (in.position() == 0 || in.get(in.position() - 1) != '\n') {
            return in.hasRemaining() || in.capacity() == ControlProtocol.MAX_REPLY ? in
                    : ByteBuffer.allocate(ControlProtocol.MAX_REPLY).put(in.flip());
        }
        lock.lock();
        try {
            reply = new String(in.array(), 0, in.position() - 1, StandardCharsets.US_ASCII);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return in.clear();
    }

    /** A line that answers no request, or one not taken yet. */
    private String unread() {
        lock.lock();
        try {
            return reply;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the connection: for the host, the end of this process's part in the domain. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        closeQuietly(channel);
        selector.wakeup();
        if (Thread.currentThread() != reader) {
            Threads.join(reader, REPLY_SECONDS);
        }
    }

    private static void closeQuietly(AutoCloseable what) {
        if (what == null) {
            return;
        }
        try {
            what.close();
        } catch (Exception e) {
            LOG.debug("did not close: {}", e.getMessage());
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
