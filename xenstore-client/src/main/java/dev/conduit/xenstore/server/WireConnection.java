package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Session;
import dev.conduit.xenstore.wire.MalformedMessageException;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.MessageDecoder;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * One client as bytes in and bytes out, without I/O. Not thread-safe.
 *
 * <p>Bounds: requests are handled only while less than {@link #BUSY_OUTPUT} bytes wait to be read, and fewer replies
 * than a domain may have outstanding, so replies cannot pile up. Equal events that still wait are merged; those of an
 * unprivileged domain are dropped when it has no memory left for them, or when they waited too long. A
 * client that lets more than its limit of bytes wait is broken off.
 */
final class WireConnection implements Link {

    /** Bytes of waiting output from which on no request is handled. */
    private static final int BUSY_OUTPUT = 64 << 10;
    /** How long requests are handled in a row; then others have their turn. */
    static final long TURN_NANOS = 30_000;
    /** What can be counted, and one message more. */
    private static final int NO_LIMIT = Integer.MAX_VALUE - WireHeader.SIZE - WireHeader.PAYLOAD_MAX;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Comparable, so that a set finds one among many quickly also when a hostile guest makes all hash codes equal. */
    private record PendingEvent(String path, String token) implements Comparable<PendingEvent> {

        @Override
        public int compareTo(PendingEvent other) {
            int order = path.compareTo(other.path);
            return order != 0 ? order : token.compareTo(other.token);
        }
    }

    /** A message waiting to be read by the client; the event it carries, or null for a reply; since when it waits. */
    private record Output(Message message, PendingEvent event, long since) {
    }

    private final Dispatcher dispatcher;
    private final int unreadLimit;
    private final Runnable outputReady;
    private final Timers timers;
    /** Set while requests rest. */
    private final Timers.Timer rest;
    /** Set while events wait that may become too old. */
    private final Timers.Timer eventTimeout;
    private final MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
    private final Deque<Output> output = new ArrayDeque<>(4);
    private final Set<PendingEvent> pendingEvents = new HashSet<>(4);
    private Session session;
    private ByteBuffer unhandled = NOTHING;
    private int unread;
    private int unreadReplies;
    private String broken;
    private boolean malformed;

    /** @param outputReady called when there is something to send or the connection broke; must not block */
    WireConnection(Dispatcher dispatcher, int unreadLimit, Runnable outputReady) {
        this.dispatcher = dispatcher;
        this.unreadLimit = unreadLimit > 0 ? unreadLimit : NO_LIMIT;
        this.outputReady = outputReady;
        timers = dispatcher.timers();
        rest = timers.timer(outputReady);
        eventTimeout = timers.timer(this::dropOldEvents);
    }

    void attach(Session newSession) {
        session = newSession;
        if (!session.affordable()) {
            breakOff("its domain has too many connections");
        }
    }

    Session session() {
        return session;
    }

    /** Handles what came in, one turn long; must only be called while {@link #wantsInput}. */
    void receive(ByteBuffer in) {
        handle(in);
        if (in.hasRemaining() && broken == null) {
            unhandled = ByteBuffer.allocate(in.remaining()).put(in).flip();
        }
    }

    /** Goes on for a turn with what came in earlier, when the client has read enough. */
    void resume() {
        if (unhandled.hasRemaining()) {
            handle(unhandled);
            if (!unhandled.hasRemaining()) {
                unhandled = NOTHING;
            }
        }
    }

    private void handle(ByteBuffer in) {
        try {
            long end = timers.now() + TURN_NANOS;
            while (in.hasRemaining() && mayHandle() && timers.now() - end < 0) {
                Message message = decoder.next(in);
                if (message != null) {
                    dispatcher.handle(session, this, message);
                }
            }
        } catch (MalformedMessageException e) {
            malformed = true;
            breakOff(e.getMessage());
        }
    }

    boolean wantsInput() {
        return !unhandled.hasRemaining() && mayHandle();
    }

    /** Whether {@link #resume} has something to do. */
    boolean canResume() {
        return unhandled.hasRemaining() && mayHandle();
    }

    /** When it becomes true by time alone, the owner is told that there is something to do. */
    private boolean mayHandle() {
        if (broken != null || unread >= BUSY_OUTPUT || session.outstanding(unreadReplies)) {
            return false;
        }
        long nanos = session.restNanos();
        if (nanos > 0 && !rest.isSet()) {
            rest.set(nanos);
        }
        return nanos == 0;
    }

    /** Moves whole messages into a buffer as long as they fit; it must hold at least one of the largest size. */
    void drainTo(ByteBuffer out) {
        while (!output.isEmpty() && output.peek().message().wireSize() <= out.remaining()) {
            Output next = output.poll();
            forget(next);
            next.message().encode(out);
        }
    }

    /** What came in and was not handled, from the beginning of a message on. */
    byte[] input() {
        byte[] begun = decoder.begun();
        byte[] input = Arrays.copyOf(begun, begun.length + unhandled.remaining());
        unhandled.duplicate().get(input, begun.length, unhandled.remaining());
        return input;
    }

    /** The messages not drained yet. */
    byte[] output() {
        ByteBuffer all = ByteBuffer.allocate(unread).order(WireHeader.ORDER);
        output.forEach(next -> next.message().encode(all));
        return all.array();
    }

    /** Takes messages for the client that another process made. */
    void restoreOutput(byte[] messages) throws MalformedMessageException {
        ByteBuffer in = ByteBuffer.wrap(messages);
        MessageDecoder restored = new MessageDecoder(WireHeader.PAYLOAD_MAX);
        while (in.hasRemaining()) {
            Message message = restored.next(in);
            if (message != null) {
                PendingEvent event = eventIn(message);
                if (event != null) {
                    pendingEvents.add(event);
                }
                add(new Output(message, event, sinceNow(event)));
            }
        }
    }

    private static PendingEvent eventIn(Message message) {
        if (message.type() != Operation.WATCH_EVENT.code()) {
            return null;
        }
        List<String> strings = Payload.split(message.payload());
        return new PendingEvent(strings.isEmpty() ? "" : strings.get(0), strings.size() > 1 ? strings.get(1) : "");
    }

    private void forget(Output gone) {
        boolean reply = gone.event() == null;
        if (reply) {
            unreadReplies--;
        } else {
            pendingEvents.remove(gone.event());
        }
        unread -= gone.message().wireSize();
        session.dequeued(gone.message().wireSize(), reply);
    }

    private void dropOldEvents() {
        long now = timers.now();
        for (Iterator<Output> waiting = output.iterator(); waiting.hasNext();) {
            Output next = waiting.next();
            if (next.event() != null) {
                long left = dispatcher.eventNanos() - (now - next.since());
                if (left > 0) {
                    eventTimeout.set(left);
                    break;
                }
                waiting.remove();
                forget(next);
            }
        }
        outputReady.run();
    }

    /** Why the connection must be closed, or null. */
    String broken() {
        return broken;
    }

    /** Whether it is because of bytes that are no message. */
    boolean malformed() {
        return malformed;
    }

    @Override
    public void reply(Message message) {
        enqueue(new Output(message, null, 0));
    }

    @Override
    public void event(String path, String token) {
        int length = path.length() + token.length() + 2;
        if (broken != null || length > WireHeader.PAYLOAD_MAX || !session.fits(WireHeader.SIZE + length)) {
            return;
        }
        PendingEvent event = new PendingEvent(path, token);
        if (path.charAt(0) == '@' || pendingEvents.add(event)) {
            enqueue(new Output(Message.of(Operation.WATCH_EVENT, 0, 0, Payload.strings(path, token)), event,
                    sinceNow(event)));
        }
    }

    /**
     * From half of what it may leave unread on 1 ms, doubling up to a second when all of it is used. A guest must not
     * slow down others by not reading, so there it is nothing.
     */
    @Override
    public long crowding() {
        int half = unreadLimit / 2;
        if (half == 0 || unread <= half || !session.privileged()) {
            return 0;
        }
        return 1_000_000L << Math.min(10, (unread - half) * 10L / half);
    }

    /** Since when a message waits that begins to wait; only an unprivileged domain's events become too old. */
    private long sinceNow(PendingEvent event) {
        if (event == null || session.privileged() || dispatcher.eventNanos() == 0) {
            return 0;
        }
        if (!eventTimeout.isSet()) {
            eventTimeout.set(dispatcher.eventNanos());
        }
        return timers.now();
    }

    @Override
    public void released() {
        breakOff("its domain was released");
    }

    @Override
    public void closed() {
        output.forEach(waiting -> session.dequeued(waiting.message().wireSize(), waiting.event() == null));
        output.clear();
        unread = 0;
        unreadReplies = 0;
        pendingEvents.clear();
        unhandled = NOTHING;
        rest.cancel();
        eventTimeout.cancel();
    }

    private void enqueue(Output next) {
        if (broken != null) {
            return;
        }
        add(next);
        if (unread > unreadLimit) {
            breakOff("it left " + unread + " bytes unread, at most " + unreadLimit + " are kept");
        }
        outputReady.run();
    }

    private void add(Output next) {
        output.add(next);
        boolean reply = next.event() == null;
        if (reply) {
            unreadReplies++;
        }
        unread += next.message().wireSize();
        session.queued(next.message().wireSize(), reply);
    }

    private void breakOff(String reason) {
        if (broken == null) {
            broken = reason;
            closed();
            outputReady.run();
        }
    }
}
