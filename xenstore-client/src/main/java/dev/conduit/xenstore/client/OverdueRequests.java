package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests whose time is up and whose replies may still come: what they began at the server, nobody knows of. Beyond a
 * bound they are forgotten.
 */
final class OverdueRequests {

    private static final int LIMIT = 1024;

    private final Map<Integer, Message> byId = new ConcurrentHashMap<>();

    boolean has(int id) {
        return byId.containsKey(id);
    }

    void add(Message request) {
        if (byId.size() < LIMIT) {
            byId.put(request.requestId(), request);
        }
    }

    void remove(Message request) {
        byId.remove(request.requestId());
    }

    void clear() {
        byId.clear();
    }

    /**
     * Takes a late reply.
     *
     * @param id for a new request
     * @return what ends at the server what the request began, or null when there is nothing to end
     */
    Message undoing(Message reply, int id) throws XenStoreException {
        Message request = byId.remove(reply.requestId());
        if (request == null || reply.type() != request.type()) {
            return null;
        }
        if (request.type() == Operation.WATCH.code()) {
            List<String> watch = Payload.split(request.payload());
            return Message.of(Operation.UNWATCH, id, Transactions.NONE, Payload.strings(watch.get(0), watch.get(1)));
        }
        if (request.type() == Operation.TRANSACTION_START.code()) {
            return Message.of(Operation.TRANSACTION_END, id, Transactions.id(reply.payload()), Payload.strings("F"));
        }
        return null;
    }
}
