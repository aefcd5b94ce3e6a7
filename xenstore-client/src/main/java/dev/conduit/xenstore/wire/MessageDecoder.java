package dev.conduit.xenstore.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Cuts a byte stream into messages, whatever way the bytes arrive. Pure; not thread-safe. */
public final class MessageDecoder {

    private final int payloadLimit;
    private final ByteBuffer header = ByteBuffer.allocate(WireHeader.SIZE).order(WireHeader.ORDER);
    private byte[] payload;
    private int filled;

    /**
     * Makes a decoder.
     *
     * @param payloadLimit longest payload accepted, bytes
     */
    public MessageDecoder(int payloadLimit) {
        this.payloadLimit = payloadLimit;
    }

    /**
     * Takes bytes until a message is complete.
     *
     * @param in its position moves behind what was used; all of it when no message is complete
     * @return the message, or null when more bytes are needed
     * @throws MalformedMessageException when the length field is above the limit; the stream is lost then
     */
    public Message next(ByteBuffer in) throws MalformedMessageException {
        if (payload == null && !readHeader(in)) {
            return null;
        }
        int count = Math.min(in.remaining(), payload.length - filled);
        in.get(payload, filled, count);
        filled += count;
        if (filled < payload.length) {
            return null;
        }
        Message message = new Message(header.getInt(WireHeader.TYPE), header.getInt(WireHeader.REQUEST_ID),
                header.getInt(WireHeader.TRANSACTION_ID), payload);
        header.clear();
        payload = null;
        return message;
    }

    private boolean readHeader(ByteBuffer in) throws MalformedMessageException {
        int count = Math.min(in.remaining(), header.remaining());
        header.put(header.position(), in, in.position(), count);
        header.position(header.position() + count);
        in.position(in.position() + count);
        if (header.hasRemaining()) {
            return false;
        }
        int length = header.getInt(WireHeader.LENGTH);
        if (Integer.compareUnsigned(length, payloadLimit) > 0) {
            throw new MalformedMessageException("message of type " + header.getInt(WireHeader.TYPE) + " claims "
                    + Integer.toUnsignedString(length) + " payload bytes, at most " + payloadLimit + " are allowed");
        }
        payload = new byte[length];
        filled = 0;
        return true;
    }

    /**
     * Copies the part of a message that came so far.
     *
     * @return what to give another decoder first, for it to go on in place of this one
     */
    public byte[] begun() {
        byte[] begun = Arrays.copyOf(header.array(), header.position() + (payload == null ? 0 : filled));
        if (payload != null) {
            System.arraycopy(payload, 0, begun, header.position(), filled);
        }
        return begun;
    }

    /**
     * Tells whether a message has begun but not ended.
     *
     * @return true between the first and the last byte of a message
     */
    public boolean midMessage() {
        return payload != null || header.position() > 0;
    }
}
