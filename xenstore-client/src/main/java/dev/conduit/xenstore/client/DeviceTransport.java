package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device of a Linux guest, {@code /dev/xen/xenbus} (drivers/xen/xenbus/xenbus_dev_frontend.c).
 *
 * <p>A write(2) that registers a watch waits inside the kernel for the server, so all writes are left to a thread: a
 * caller waits no longer than its time-out. Errors of such writes are the kernel's way to refuse the request, and become
 * what the server would have sent. The header of an event has only a type and a length that mean anything, and the first
 * event of a watch may come before the reply.
 *
 * <p>One request at a time: write(2) returns while the request still lies in the open file's only buffer, and a second one
 * would overwrite what the kernel has not sent yet; the server would do another thing than was asked, and answer OK.
 */
public final class DeviceTransport implements Transport {

    /** The kernel's buffer for a request, header included. */
    private static final int KERNEL_BUFFER = 4096;
    /** Requests kept while the kernel does not take them. */
    private static final int QUEUE_LIMIT = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(DeviceTransport.class);

    private final DeviceFile file;
    private final String name;
    private final Object lock = new Object();
    /** Guarded by the lock, like all below. */
    private final Queue<Message> unwritten = new ArrayDeque<>();
    private boolean started;
    private boolean closed;
    /** Whether the request written last is without its reply. */
    private boolean unanswered;

    /** The name is for messages. */
    DeviceTransport(DeviceFile file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * Opens the device, which does not ask the server for anything.
     *
     * @param path device file
     * @return not started
     * @throws XenStoreException when it cannot be opened
     */
    public static DeviceTransport open(Path path) throws XenStoreException {
        try {
            return new DeviceTransport(DeviceFile.open(path), path.toString());
        } catch (IOException e) {
            throw new XenStoreException("cannot open the XenStore device: " + e.getMessage(), e);
        }
    }

    @Override
    public void start(Receiver receiver) {
        synchronized (lock) {
            started = true;
        }
        startThread("xenstore-reader", () -> read(receiver));
        startThread("xenstore-writer", () -> write(receiver));
    }

    private static void startThread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void send(Message message) throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (unwritten.size() == QUEUE_LIMIT) {
                throw new XenStoreException((String) null, "the kernel left " + QUEUE_LIMIT + " requests for " + name
                        + " waiting, no more are kept");
            }
            unwritten.add(message);
            lock.notifyAll();
        }
    }

    /** Also closes the file, since that must not happen during a write: its descriptor could become another file's. */
    private void write(Receiver receiver) {
        for (Message message = next(); message != null; message = next()) {
            try {
                file.write(message.encoded().array());
            } catch (IOException e) {
                answered();
                receiver.received(Message.of(Operation.ERROR, message.requestId(), message.transactionId(),
                        Payload.strings(SystemErrors.name(String.valueOf(e.getMessage())))));
            }
        }
        closeFile();
    }

    /** Null when the transport is closed. */
    private Message next() {
        synchronized (lock) {
            while ((unwritten.isEmpty() || unanswered) && !closed) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    LOG.debug("interrupt of the writing thread ignored; closing the client ends it");
                }
            }
            unanswered = true;
            return closed ? null : unwritten.remove();
        }
    }

    private void answered() {
        synchronized (lock) {
            unanswered = false;
            lock.notifyAll();
        }
    }

    private void read(Receiver receiver) {
        IOException cause;
        try {
            cause = readUntilEnd(receiver);
        } catch (IOException e) {
            cause = e;
        }
        boolean wanted;
        synchronized (lock) {
            wanted = closed;
            closed = true;
            lock.notifyAll();
        }
        if (!wanted) {
            receiver.lost(cause);
        }
    }

    private IOException readUntilEnd(Receiver receiver) throws IOException {
        ByteBuffer in = ByteBuffer.allocateDirect(KERNEL_BUFFER);
        MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
        while (file.read(in) >= 0) {
            in.flip();
            while (in.hasRemaining()) {
                Message message = decoder.next(in);
                if (message != null) {
                    if (message.type() != Operation.WATCH_EVENT.code()) {
                        answered();
                    }
                    receiver.received(message);
                }
            }
            in.clear();
        }
        return new EOFException(name + " ended");
    }

    @Override
    public void close() {
        boolean unused;
        synchronized (lock) {
            unused = !started && !closed;
            closed = true;
            lock.notifyAll();
        }
        if (unused) {
            closeFile();
        }
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("closing {}: {}", name, e.getMessage());
        }
    }

    @Override
    public int maximumPayload() {
        return KERNEL_BUFFER - WireHeader.SIZE;
    }

    @Override
    public String toString() {
        return name;
    }
}
