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
import java.util.List;
import java.util.Set;

/**
 * One client as bytes in and bytes out, without I/O. Not thread-safe.
 *
 * <p>Bounds: requests are handled only while less than {@link #BUSY_OUTPUT} bytes wait to be read, so replies cannot
 * pile up; equal events that still wait are merged; a client that lets more than its limit of bytes wait is broken
 * off.
 */
final class WireConnection implements Link {

    /** Bytes of waiting output from which on no request is handled. */
    private static final int BUSY_OUTPUT = 64 << 10;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private record PendingEvent(String path, String token) {
    }

    /** A message waiting to be read by the client; the event it carries, or null for a reply. */
    private record Output(Message message, PendingEvent event) {
    }

    private final Dispatcher dispatcher;
    private final int unreadLimit;
    private final Runnable outputReady;
    private final MessageDecoder decoder = new MessageDecoder(WireHeader.PAYLOAD_MAX);
    private final Deque<Output> output = new ArrayDeque<>(4);
    private final Set<PendingEvent> pendingEvents = new HashSet<>(4);
    private Session session;
    private ByteBuffer unhandled = NOTHING;
    private int unread;
    private String broken;

    /** @param outputReady called when there is something to send or the connection broke; must not block */
    WireConnection(Dispatcher dispatcher, int unreadLimit, Runnable outputReady) {
        this.dispatcher = dispatcher;
        this.unreadLimit = unreadLimit;
        this.outputReady = outputReady;
    }

    void attach(Session newSession) {
        session = newSession;
    }

    Session session() {
        return session;
    }

    /** Handles what came in; must only be called while {@link #wantsInput}. */
    void receive(ByteBuffer in) {
        handle(in);
        if (in.hasRemaining() && broken == null) {
            unhandled = ByteBuffer.allocate(in.remaining()).put(in).flip();
        }
    }

    /** Goes on with what came in earlier, when the client has read enough. */
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
            while (broken == null && in.hasRemaining() && unread < BUSY_OUTPUT) {
                Message message = decoder.next(in);
                if (message != null) {
                    dispatcher.handle(session, this, message);
                }
            }
        } catch (MalformedMessageException e) {
            breakOff(e.getMessage());
        }
    }

    boolean wantsInput() {
        return broken == null && !unhandled.hasRemaining() && unread < BUSY_OUTPUT;
    }

    /** Whether {@link #resume} has something to do. */
    boolean canResume() {
        return broken == null && unhandled.hasRemaining() && unread < BUSY_OUTPUT;
    }

    /** Moves whole messages into a buffer as long as they fit; it must hold at least one of the largest size. */
    void drainTo(ByteBuffer out) {
        while (!output.isEmpty() && output.peek().message().wireSize() <= out.remaining()) {
            Output next = output.poll();
            if (next.event() != null) {
                pendingEvents.remove(next.event());
            }
            unread -= next.message().wireSize();
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
                output.add(new Output(message, eventIn(message)));
                unread += message.wireSize();
            }
        }
    }

    private PendingEvent eventIn(Message message) {
        if (message.type() != Operation.WATCH_EVENT.code()) {
            return null;
        }
        List<String> strings = Payload.split(message.payload());
        PendingEvent event = new PendingEvent(strings.get(0), strings.size() > 1 ? strings.get(1) : "");
        pendingEvents.add(event);
        return event;
    }

    /** Why the connection must be closed, or null. */
    String broken() {
        return broken;
    }

    @Override
    public void reply(Message message) {
        enqueue(new Output(message, null));
    }

    @Override
    public void event(String path, String token) {
        if (path.length() + token.length() + 2 > WireHeader.PAYLOAD_MAX) {
            return;
        }
        PendingEvent event = new PendingEvent(path, token);
        if (path.charAt(0) == '@' || pendingEvents.add(event)) {
            enqueue(new Output(Message.of(Operation.WATCH_EVENT, 0, 0, Payload.strings(path, token)), event));
        }
    }

    @Override
    public void released() {
        breakOff("its domain was released");
    }

    private void enqueue(Output next) {
        if (broken != null) {
            return;
        }
        output.add(next);
        unread += next.message().wireSize();
        if (unread > unreadLimit) {
            breakOff("it left " + unread + " bytes unread, at most " + unreadLimit + " are kept");
        }
        outputReady.run();
    }

    private void breakOff(String reason) {
        if (broken == null) {
            broken = reason;
            output.clear();
            pendingEvents.clear();
            unhandled = NOTHING;
            outputReady.run();
        }
    }
}
