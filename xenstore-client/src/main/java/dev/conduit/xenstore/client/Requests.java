package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests that wait for their replies, each found by its id: replies may come in any order, and one that comes after
 * its time-out disturbs nobody.
 *
 * <p>A wait for a reply is not ended by an interrupt, only by its time-out: the interrupt stays pending, and cleaning up
 * works on an interrupted thread as well.
 */
final class Requests implements Exchange {

    private static final class Pending extends CompletableFuture<Message> {
        private final Operation operation;

        Pending(Operation operation) {
            this.operation = operation;
        }
    }

    private final Transport transport;
    private final Duration timeout;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, Pending> pending = new ConcurrentHashMap<>();
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
        Pending reply = new Pending(operation);
        int id = lastId.incrementAndGet();
        while (pending.putIfAbsent(id, reply) != null) {
            id = lastId.incrementAndGet();
        }
        try {
            // Looked at behind the registration: whoever loses the server later finds this request in the table.
            if (lost != null) {
                throw failure(operation, about, lost);
            }
            transport.send(Message.of(operation, id, transaction, payload));
            return accept(operation, about, await(reply));
        } catch (IOException e) {
            throw e instanceof XenStoreException known ? known : failure(operation, about, e);
        } catch (TimeoutException e) {
            throw new XenStoreException(describe(operation, about) + " got no reply within " + timeout.toMillis()
                    + " ms", e);
        } finally {
            pending.remove(id, reply);
        }
    }

    private Message await(Pending reply) throws IOException, TimeoutException {
        long deadline = System.nanoTime() + timeout.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return reply.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw (IOException) e.getCause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private byte[] accept(Operation operation, String about, Message reply) throws XenStoreException {
        if (reply.type() == Operation.ERROR.code()) {
            String error = Payload.text(reply.payload(), 0, Payload.indexOfNul(reply.payload(), 0));
            throw new XenStoreException(error, describe(operation, about) + " refused: " + error);
        }
        if (reply.type() != operation.code()) {
            throw new XenStoreException((String) null, describe(operation, about) + " was answered by a message of type "
                    + Integer.toUnsignedString(reply.type()));
        }
        return reply.payload();
    }

    /** Takes a reply; one nobody waits for is dropped. */
    void received(Message reply) {
        Pending waiting = pending.remove(reply.requestId());
        if (waiting != null) {
            waiting.complete(reply);
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
    }

    boolean lost() {
        return lost != null;
    }

    private static XenStoreException failure(Operation operation, String about, IOException cause) {
        return new XenStoreException(describe(operation, about) + " failed: " + cause.getMessage(), cause);
    }

    private static String describe(Operation operation, String about) {
        return "XenStore " + operation.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " of '" + about + "'";
    }
}
