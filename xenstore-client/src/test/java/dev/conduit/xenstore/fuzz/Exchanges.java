package dev.conduit.xenstore.fuzz;

import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one connection owes: the bytes sent are cut into requests here once more, by the header's definition alone, and
 * each has to get one reply, in order, that carries its type, or ERROR, and its two ids.
 */
final class Exchanges {

    private static final Set<String> ERRORS =
            Arrays.stream(ErrorCode.values()).map(code -> code.name() + "\0").collect(Collectors.toSet());

    private record Request(int type, int requestId, int transaction) {
    }

    private final Deque<Request> unanswered = new ArrayDeque<>();
    private final ByteBuffer header = ByteBuffer.allocate(WireHeader.SIZE).order(WireHeader.ORDER);
    private int bodyLeft;
    private boolean tooLong;
    private long requests;

    /** Notes bytes on their way to the server. */
    void sent(byte[] bytes) {
        for (int at = 0; at < bytes.length && !tooLong;) {
            if (header.hasRemaining()) {
                header.put(bytes[at]);
                at++;
                if (header.hasRemaining()) {
                    continue;
                }
                bodyLeft = header.getInt(WireHeader.LENGTH);
                tooLong = bodyLeft < 0 || bodyLeft > WireHeader.PAYLOAD_MAX;
            } else {
                int take = Math.min(bodyLeft, bytes.length - at);
                bodyLeft -= take;
                at += take;
            }
            if (bodyLeft == 0) {
                requests++;
                unanswered.add(new Request(header.getInt(WireHeader.TYPE), header.getInt(WireHeader.REQUEST_ID),
                        header.getInt(WireHeader.TRANSACTION_ID)));
                header.clear();
            }
        }
    }

    /** Checks a message from the server. */
    void received(Message message) {
        String text = new String(message.payload(), StandardCharsets.ISO_8859_1);
        if (text.length() > WireHeader.PAYLOAD_MAX) {
            throw new AssertionError("message of " + text.length() + " bytes: " + message);
        }
        if (message.type() == Operation.WATCH_EVENT.code()) {
            if (message.requestId() != 0 || !text.matches("(?s)[^\0]+\0[^\0]*\0")) {
                throw new AssertionError("event " + message + " " + text);
            }
            return;
        }
        Request request = unanswered.poll();
        boolean error = message.type() == Operation.ERROR.code();
        if (request == null || message.requestId() != request.requestId()
                || message.transactionId() != request.transaction() || !error && message.type() != request.type()) {
            throw new AssertionError(message + " answers " + request);
        }
        if (error && (!ERRORS.contains(text) || text.equals("EIO\0"))) {
            throw new AssertionError(request + " was answered by the error " + text);
        }
    }

    /** Whether a length beyond the limit was sent: the connection must end behind the replies to what came before. */
    boolean tooLong() {
        return tooLong;
    }

    int unanswered() {
        return unanswered.size();
    }

    /** How many whole requests were sent. */
    long requests() {
        return requests;
    }
}
