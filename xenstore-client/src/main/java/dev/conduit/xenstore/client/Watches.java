package dev.conduit.xenstore.client;

import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The watches of a client by token. Tokens are never used twice, so an event of an ended watch finds nobody. */
final class Watches {

    /** Takes the events of a watch on the thread that reads from the server: must return at once. */
    interface Sink {

        void changed(String path);

        /** Events may be missing. */
        void missed();
    }

    /** A watch as it was asked for. */
    private static final class Entry {

        private final String path;
        private final int depth;
        private final Sink sink;
        /** A server has accepted it; guarded by the table's lock. */
        private boolean registered;

        Entry(String path, int depth, Sink sink) {
            this.path = path;
            this.depth = depth;
            this.sink = sink;
        }
    }

    static final int ALL_BELOW = Integer.MAX_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

    private final Connection connection;
    private final AtomicLong lastToken = new AtomicLong();
    /** Its entries are removed under the lock of this object, so that a watch of a new session is not forgotten. */
    private final Map<String, Entry> byToken = new ConcurrentHashMap<>();

    Watches(Connection connection) {
        this.connection = connection;
    }

    /** Registers a watch; returns the token. */
    String add(String path, int depth, Sink sink) throws XenStoreException {
        Entry entry = new Entry(Operations.checked(path), depth, sink);
        String token = "w" + lastToken.incrementAndGet();
        // Known before it is asked for: the first event may come before the reply.
        byToken.put(token, entry);
        boolean done = false;
        try {
            Requests session;
            do {
                session = connection.session(Operation.WATCH, path);
                register(session, token, entry);
                synchronized (this) {
                    entry.registered = true;
                }
                // Lost between the reply and the mark: the next session may have been made without this watch.
            } while (session.isLost());
            done = true;
            return token;
        } finally {
            if (!done) {
                remove(token);
            }
        }
    }

    /** Ends a watch; what the server says to it does not matter, and a lost server has ended it. */
    void remove(String token) {
        Entry entry;
        Requests session;
        synchronized (this) {
            entry = byToken.remove(token);
            session = entry != null && entry.registered ? connection.currentSession() : null;
        }
        if (session != null) {
            unregister(session, token, entry);
        }
    }

    /**
     * Registers all watches at a new session, lets it be used, and tells everybody.
     *
     * @param adopt lets the session be used
     */
    void resume(Requests session, Runnable adopt) throws XenStoreException {
        Map<String, Entry> kept = new ConcurrentHashMap<>();
        synchronized (this) {
            byToken.forEach((token, entry) -> {
                if (entry.registered) {
                    kept.put(token, entry);
                }
            });
        }
        for (Map.Entry<String, Entry> each : kept.entrySet()) {
            register(session, each.getKey(), each.getValue());
        }
        List<String> ended;
        do {
            ended = new ArrayList<>();
            synchronized (this) {
                for (String token : kept.keySet()) {
                    if (!byToken.containsKey(token)) {
                        ended.add(token);
                    }
                }
                if (ended.isEmpty()) {
                    adopt.run();
                }
            }
            for (String token : ended) {
                unregister(session, token, kept.remove(token));
            }
        } while (!ended.isEmpty());
        kept.values().forEach(entry -> entry.sink.missed());
    }

    private static void register(Exchange session, String token, Entry entry) throws XenStoreException {
        try {
            if (entry.depth == ALL_BELOW) {
                session.call(Operation.WATCH, 0, Payload.strings(entry.path, token), entry.path);
            } else {
                registerWithDepth(session, token, entry);
            }
        } catch (XenStoreException e) {
            // The token is used by nobody else: this session has the watch already.
            if (!e.is("EEXIST")) {
                throw e;
            }
        }
    }

    /** Servers without depth refuse three strings; events from too deep are dropped here then. */
    private static void registerWithDepth(Exchange session, String token, Entry entry) throws XenStoreException {
        try {
            session.call(Operation.WATCH, 0, Payload.strings(entry.path, token, Integer.toString(entry.depth)),
                    entry.path);
        } catch (XenStoreException e) {
            if (!e.is("EINVAL")) {
                throw e;
            }
            session.call(Operation.WATCH, 0, Payload.strings(entry.path, token), entry.path);
        }
    }

    private static void unregister(Exchange session, String token, Entry entry) {
        try {
            session.call(Operation.UNWATCH, 0, Payload.strings(entry.path, token), entry.path);
        } catch (XenStoreException e) {
            LOG.debug("ending the watch on {}: {}", entry.path, e.getMessage());
        }
    }

    void event(byte[] payload) {
        int pathEnd = Payload.indexOfNul(payload, 0);
        int tokenFrom = Math.min(pathEnd + 1, payload.length);
        String token = Payload.text(payload, tokenFrom, Payload.indexOfNul(payload, tokenFrom));
        Entry entry = byToken.get(token);
        if (entry != null) {
            String path = Payload.text(payload, 0, pathEnd);
            if (entry.depth == ALL_BELOW || levels(path) - levels(entry.path) <= entry.depth) {
                entry.sink.changed(path);
            }
        }
    }

    /** The number of components of a path; both paths are absolute or both relative. */
    private static int levels(String path) {
        return path.equals("/") ? 0 : (int) path.chars().filter(c -> c == '/').count() + (path.charAt(0) == '/' ? 0 : 1);
    }
}
