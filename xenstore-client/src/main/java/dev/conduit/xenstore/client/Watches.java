package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The watches of a client by token. Tokens are never used twice, so an event of an ended watch finds nobody. */
final class Watches {

    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    private final Exchange exchange;
    private final AtomicLong lastToken = new AtomicLong();
    private final Map<String, Consumer<String>> byToken = new ConcurrentHashMap<>();

    Watches(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Registers a watch.
     *
     * @param onEvent runs on the thread that reads from the server: must return at once
     * @return the token
     */
    String add(String path, Consumer<String> onEvent) throws XenStoreException {
        String token = "w" + lastToken.incrementAndGet();
        // Known before it is asked for: the first event may come before the reply.
        byToken.put(token, onEvent);
        try {
            exchange.call(Operation.WATCH, 0, Payload.strings(Operations.checked(path), token), path);
            return token;
        } catch (XenStoreException e) {
            byToken.remove(token);
            throw e;
        }
    }

    /** Ends a watch; what the server says to it does not matter, but for a server that is gone. */
    void remove(String path, String token) {
        if (byToken.remove(token) != null) {
            try {
                exchange.call(Operation.UNWATCH, 0, Payload.strings(path, token), path);
            } catch (XenStoreException e) {
                LOG.debug("ending the watch on {}: {}", path, e.getMessage());
            }
        }
    }

    void event(byte[] payload) {
        int pathEnd = Payload.indexOfNul(payload, 0);
        int tokenFrom = Math.min(pathEnd + 1, payload.length);
        String token = Payload.text(payload, tokenFrom, Payload.indexOfNul(payload, tokenFrom));
        Consumer<String> onEvent = byToken.get(token);
        if (onEvent != null) {
            onEvent.accept(Payload.text(payload, 0, pathEnd));
        }
    }
}
