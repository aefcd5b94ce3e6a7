package dev.conduit.rendezvous.dns;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Replies of upstream servers for as long as they are good, at most so many bytes. Thread-safe. */
final class UpstreamCache {

    /** What an entry takes beside the message: keys, objects, and the table. */
    private static final int OVERHEAD = 300;

    private final long most;
    private final Map<Question, UpstreamReply> replies = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    UpstreamCache(long most) {
        this.most = most;
    }

    synchronized UpstreamReply get(Question question, long nanoTime) {
        UpstreamReply reply = replies.get(question);
        if (reply == null || !reply.expired(nanoTime)) {
            return reply;
        }
        replies.remove(question);
        bytes -= cost(reply);
        return null;
    }

    synchronized void put(Question question, UpstreamReply reply, long nanoTime) {
        if (reply.expired(nanoTime) || cost(reply) > most) {
            return;
        }
        UpstreamReply before = replies.put(question, reply);
        bytes += cost(reply) - (before == null ? 0 : cost(before));
        Iterator<UpstreamReply> oldest = replies.values().iterator();
        while (bytes > most) {
            bytes -= cost(oldest.next());
            oldest.remove();
        }
    }

    private static int cost(UpstreamReply reply) {
        return OVERHEAD + reply.length();
    }
}
