package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreLostException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.Printable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests that wait for their replies, each found by its id: replies may come in any order, and one that comes
 * after its time-out disturbs nobody.
 *
 * <p>A wait for a reply is not ended by an interrupt, only by its time-out: the interrupt stays pending, and cleaning
 * up works on an interrupted thread as well.
 */
final class Requests implements Exchange, Transport.Receiver {

    /** Who learns what is no reply. Called on the thread that reads from the server: must return at once. */
    interface Listener {

        /** The payload of a watch event. */
        void event(byte[] payload);

        /** The server is gone; said before the requests fail, so that whoever asks again finds that out. */
        void lost(Requests session);
    }

    private final class Pending extends CompletableFuture<Message> implements Reply {

        private final Message request;
        private final String about;
        private final long deadline = System.nanoTime() + timeout.toNanos();

        Pending(Message request, String about) {
            this.request = request;
            this.about = about;
        }

        @Override
        public byte[] await() throws XenStoreException {
            return accept(Operation.of(request.type()), about, Requests.this.await(this));
        }

        @Override
        public void close() {
            pending.remove(request.requestId(), this);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

    private final Transport transport;
    private final Duration timeout;
    private final Listener listener;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Pending> pending = new ConcurrentHashMap<>();
    private final OverdueRequests overdue = new OverdueRequests();
    private volatile IOException lost;

    /** The transport is not started yet. */
    Requests(Transport transport, Duration timeout, Listener listener) {
        this.transport = transport;
        this.timeout = timeout;
        this.listener = listener;
    }

    void start() {
        transport.start(this);
    }

    @Override
    public Exchange session(Operation operation, String about) {
        return this;
    }

    @Override
    public Reply send(Operation operation, int transaction, byte[] payload, String about) throws XenStoreException {
        Pending reply = register(operation, transaction, payload, about);
        try {
            requireSession(operation, about);
            transport.send(reply.request);
            return reply;
        } catch (IOException e) {
            reply.close();
            throw unsent(operation, about, e);
        }
    }

    @Override
    public List<Reply> send(int transaction, List<Request> requests) throws XenStoreException {
        List<Reply> replies = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        boolean sent = false;
        try {
            for (Request request : requests) {
                Pending reply = register(request.operation(), transaction, request.payload(), request.about());
                replies.add(reply);
                messages.add(reply.request);
            }
            requireSession(requests.get(0).operation(), requests.get(0).about());
            transport.send(messages);
            sent = true;
            return replies;
        } catch (IOException e) {
            throw unsent(requests.get(0).operation(), requests.get(0).about(), e);
        } finally {
            if (!sent) {
                replies.forEach(Reply::close);
            }
        }
    }

    /** The error of a request the transport did not take: it keeps too much already, or is lost. */
    private XenStoreException unsent(Operation operation, String about, IOException cause) {
        if (cause instanceof XenStoreException known) {
            return known;
        }
        mark(cause);
        return lost(operation, about, lost);
    }

    /** Looked at behind the registration: whoever loses the server later finds the request in the table. */
    private void requireSession(Operation operation, String about) throws XenStoreLostException {
        if (lost != null) {
            throw lost(operation, about, lost);
        }
    }

    private Pending register(Operation operation, int transaction, byte[] payload, String about)
            throws XenStoreException {
        if (payload.length > transport.maximumPayload()) {
            throw new XenStoreException("E2BIG", describe(operation, about) + " takes " + payload.length
                    + " bytes, at most " + transport.maximumPayload() + " fit in one request");
        }
        while (true) {
            int id = lastId.incrementAndGet();
            Pending reply = new Pending(Message.of(operation, id, transaction, payload), about);
            if (!overdue.has(id) && pending.putIfAbsent(id, reply) == null) {
                return reply;
            }
        }
    }

    private Message await(Pending reply) throws XenStoreException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return transport.await(reply, reply.deadline - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw lost(Operation.of(reply.request.type()), reply.about, e.getCause());
                } catch (TimeoutException e) {
                    abandon(reply, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives up on a reply, unless it came this moment. */
    private void abandon(Pending reply, TimeoutException cause) throws XenStoreException {
        Operation operation = Operation.of(reply.request.type());
        XenStoreException timedOut = new XenStoreException(describe(operation, reply.about) + " got no reply within "
                + timeout.toMillis() + " ms", cause);
        // Noted before it is given up: a reply finds the request either still waiting or overdue.
        overdue.add(reply.request);
        if (reply.completeExceptionally(timedOut)) {
            throw timedOut;
        }
        overdue.remove(reply.request);
    }

    private byte[] accept(Operation operation, String about, Message reply) throws XenStoreException {
        if (reply.type() == Operation.ERROR.code()) {
            String error = Payload.text(reply.payload(), 0, Payload.indexOfNul(reply.payload(), 0));
            throw new XenStoreException(error, describe(operation, about) + " refused: " + Printable.of(error));
        }
        if (reply.type() != operation.code()) {
            throw new XenStoreException((String) null, describe(operation, about)
                    + " was answered by a message of type " + Integer.toUnsignedString(reply.type()));
        }
        return reply.payload();
    }

    @Override
    public void received(Message message) {
        if (message.type() == Operation.WATCH_EVENT.code()) {
            // The other fields of an event's header mean nothing: Linux leaves them uninitialised.
            listener.event(message.payload());
        } else {
            reply(message);
        }
    }

    /** Takes a reply; what a request nobody waits for any more has begun at the server is ended there. */
    private void reply(Message reply) {
        Pending waiting = pending.remove(reply.requestId());
        if (waiting != null && waiting.complete(reply)) {
            return;
        }
        try {
            Message undoing = overdue.undoing(reply, lastId.incrementAndGet());
            if (undoing != null) {
                transport.send(undoing);
            }
        } catch (IOException e) {
            LOG.debug("ending what an overdue request began: {}", e.getMessage());
        }
    }

    @Override
    public void lost(IOException cause) {
        mark(cause);
        listener.lost(this);
        failAll();
    }

    boolean isLost() {
        return lost != null;
    }

    /** What the connection ended with; null while it has not. */
    IOException lossCause() {
        return lost;
    }

    /** Closes the transport and ends all waits, now and later. */
    void close(IOException cause) {
        // First, or whoever sees the transport end would name that as the cause.
        mark(cause);
        failAll();
        transport.close();
    }

    private void mark(IOException cause) {
        if (lost == null) {
            lost = cause;
        }
    }

    private void failAll() {
        pending.values().forEach(reply -> reply.completeExceptionally(lost));
        overdue.clear();
    }

    static XenStoreLostException lost(Operation operation, String about, Throwable cause) {
        return new XenStoreLostException(describe(operation, about) + " failed: " + cause.getMessage(), cause);
    }

    private static String describe(Operation operation, String about) {
        String name = "XenStore " + operation.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return about.isEmpty() ? name : name + " of '" + about + "'";
    }
}
