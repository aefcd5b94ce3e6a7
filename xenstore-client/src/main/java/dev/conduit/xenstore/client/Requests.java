package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.Printable;
import java.io.IOException;
import java.time.Duration;
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
final class Requests implements Exchange {

    private static final class Pending extends CompletableFuture<Message> {
        private final Message request;

        Pending(Message request) {
            this.request = request;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Requests.class);
    private static final int OVERDUE_LIMIT = 1024;

    private final Transport transport;
    private final Duration timeout;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Pending> pending = new ConcurrentHashMap<>();
    /** Requests whose time is up and whose replies may still come; beyond the bound they are forgotten. */
    private final Map<Integer, Message> overdue = new ConcurrentHashMap<>();
    private volatile IOException lost;

    Requests(Transport transport, Duration timeout) {
        this.transport = transport;
        this.timeout = timeout;
    }

    @Override
    public byte[] call(Operation operation, int transaction, byte[] payload, String about) throws XenStoreException {
        if (payload.length > transport.maximumPayload()) {
            throw new XenStoreException("E2BIG", describe(operation, about) + " takes " + payload.length
                    + " bytes, at most " + transport.maximumPayload() + " fit in one request");
        }
        Pending reply = register(operation, transaction, payload);
        try {
            // Looked at behind the registration: whoever loses the server later finds this request in the table.
            if (lost != null) {
                throw failure(operation, about, lost);
            }
            transport.send(reply.request);
            return accept(operation, about, await(reply, about));
        } catch (IOException e) {
            throw e instanceof XenStoreException known ? known : failure(operation, about, e);
        } finally {
            pending.remove(reply.request.requestId(), reply);
        }
    }

    private Pending register(Operation operation, int transaction, byte[] payload) {
        while (true) {
            int id = lastId.incrementAndGet();
            Pending reply = new Pending(Message.of(operation, id, transaction, payload));
            if (!overdue.containsKey(id) && pending.putIfAbsent(id, reply) == null) {
                return reply;
            }
        }
    }

    private Message await(Pending reply, String about) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return transport.await(reply, deadline - System.nanoTime());
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw (IOException) e.getCause();
                } catch (TimeoutException e) {
                    abandon(reply, about, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives up on a reply, unless it came this moment. */
    private void abandon(Pending reply, String about, TimeoutException cause) throws XenStoreException {
        Operation operation = Operation.of(reply.request.type());
        XenStoreException timedOut = new XenStoreException(describe(operation, about) + " got no reply within "
                + timeout.toMillis() + " ms", cause);
        // Noted before it is given up: a reply finds the request either still waiting or overdue.
        if (overdue.size() < OVERDUE_LIMIT) {
            overdue.put(reply.request.requestId(), reply.request);
        }
        if (reply.completeExceptionally(timedOut)) {
            throw timedOut;
        }
        overdue.remove(reply.request.requestId());
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

    /** Takes a reply; what a request nobody waits for any more has begun at the server is ended there. */
    void received(Message reply) {
        Pending waiting = pending.remove(reply.requestId());
        if (waiting != null && waiting.complete(reply)) {
            return;
        }
        Message request = overdue.remove(reply.requestId());
        if (request != null && reply.type() == request.type()) {
            undo(request, reply);
        }
    }

    private void undo(Message request, Message reply) {
        int id = lastId.incrementAndGet();
        try {
            if (request.type() == Operation.WATCH.code()) {
                transport.send(Message.of(Operation.UNWATCH, id, 0, request.payload()));
            } else if (request.type() == Operation.TRANSACTION_START.code()) {
                transport.send(Message.of(Operation.TRANSACTION_END, id, Transactions.id(reply.payload()),
                        Payload.strings("F")));
            }
        } catch (IOException e) {
            LOG.debug("ending what an overdue request began: {}", e.getMessage());
        }
    }

    /** Ends all waits, now and later. */
    void lost(IOException cause) {
        if (lost == null) {
            lost = cause;
        }
        for (Map.Entry<Integer, Pending> entry : pending.entrySet()) {
            entry.getValue().completeExceptionally(cause);
        }
        overdue.clear();
    }

    private static XenStoreException failure(Operation operation, String about, IOException cause) {
        return new XenStoreException(describe(operation, about) + " failed: " + cause.getMessage(), cause);
    }

    private static String describe(Operation operation, String about) {
        String name = "XenStore " + operation.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return about.isEmpty() ? name : name + " of '" + about + "'";
    }
}
