package dev.conduit.synjitsu.layer8;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** How a client is told, in its own protocol, that it gets nobody. */
public final class Refusal {

    /** A fatal alert of version 3.3 (RFC 8446, 6): content type, version, length, level. */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2};
    private static final byte DECODE_ERROR = 50;
    private static final byte UNRECOGNIZED_NAME = 112;

    private Refusal() {}

    /**
     * Says it: with a status to HTTP (RFC 9110, 15.5), with an alert to TLS (RFC 6066, 3).
     *
     * @param wish what the client wanted; undecided when it did not say so in time
     * @return what to send before the connection ends; empty when nothing can be said, and a reset has to do
     */
    public static ByteBuffer of(Wish wish) {
        return switch (wish.protocol()) {
            case TLS -> alert(wish.state());
            case HTTP -> response(wish);
            case OTHER -> ByteBuffer.allocate(0);
        };
    }

    private static ByteBuffer alert(Wish.State state) {
        return switch (state) {
            case UNDECIDED -> ByteBuffer.allocate(0);
            case BROKEN -> alert(DECODE_ERROR);
            default -> alert(UNRECOGNIZED_NAME);
        };
    }

    private static ByteBuffer alert(byte description) {
        return ByteBuffer.allocate(ALERT.length + 1).put(ALERT).put(description).flip();
    }

    private static ByteBuffer response(Wish wish) {
        return switch (wish.state()) {
            case UNDECIDED -> response("408 Request Timeout", "the head of the request did not come in time");
            case BROKEN -> response("400 Bad Request", "the head of the request is none, or longer than "
                    + Wish.MAX_BYTES + " bytes");
            case NAMED -> response("421 Misdirected Request", "there is no host '" + wish.host() + "' here");
            case NAMELESS -> response("421 Misdirected Request", "the request names no host");
        };
    }

    private static ByteBuffer response(String status, String line) {
        String response = "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: "
                + (line.length() + 1) + "\r\n\r\n" + line + "\n";
        return ByteBuffer.wrap(response.getBytes(StandardCharsets.US_ASCII));
    }
}
