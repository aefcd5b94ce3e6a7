package dev.conduit.xenstore.wire;

import java.nio.ByteBuffer;

/**
 * One message in either direction.
 *
 * @param type wire number of the operation, possibly unknown
 * @param requestId chosen by the client, echoed by the server
 * @param transactionId 0 outside a transaction
 * @param payload owned by the message, not copied
 */
public record Message(int type, int requestId, int transactionId, byte[] payload) {

    /**
     * Makes a message of a known operation.
     *
     * @param operation what it asks
     * @param requestId chosen by the client
     * @param transactionId 0 outside a transaction
     * @param payload not copied
     * @return the message
     */
    public static Message of(Operation operation, int requestId, int transactionId, byte[] payload) {
        return new Message(operation.code(), requestId, transactionId, payload);
    }

    /**
     * Returns the number of bytes on the wire.
     *
     * @return header and payload
     */
    public int wireSize() {
        return WireHeader.SIZE + payload.length;
    }

    /**
     * Appends the wire form.
     *
     * @param out has room for {@link #wireSize} bytes and the byte order of {@link WireHeader#ORDER}
     */
    public void encode(ByteBuffer out) {
        out.putInt(type).putInt(requestId).putInt(transactionId).putInt(payload.length).put(payload);
    }

    /**
     * Returns the wire form in a buffer of its own.
     *
     * @return ready to be read
     */
    public ByteBuffer encoded() {
        ByteBuffer out = ByteBuffer.allocate(wireSize()).order(WireHeader.ORDER);
        encode(out);
        return out.flip();
    }
}
