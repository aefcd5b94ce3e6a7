package dev.conduit.xenstore.server.state;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads records one by one and checks each before its values are given out. Never holds more than one record, whatever
 * lengths the bytes claim. Not thread-safe.
 */
final class RecordReader {

    private final DataInputStream in;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer header = ByteBuffer.allocate(StateFormat.HEADER_SIZE);
    private byte[] buffer = new byte[1 << 10];
    private ByteBuffer payload = ByteBuffer.allocate(0);
    private RecordType type;
    private long start;
    private long next;
    private int count;

    /** @param in read to the end record, or a byte further by {@link #requireEnd} */
    RecordReader(InputStream in) throws IOException {
        this.in = new DataInputStream(in);
        ByteBuffer prefix = ByteBuffer.allocate(StateFormat.PREFIX_SIZE);
        fill(prefix.array(), prefix.capacity(), "the magic number and version");
        if (prefix.getLong() != StateFormat.MAGIC) {
            throw problem("this is no state of a XenStore server");
        }
        int version = prefix.getInt();
        if (version != StateFormat.VERSION) {
            throw problem("version " + version + " of the format, only " + StateFormat.VERSION + " is known");
        }
        crc.update(prefix.array());
        next = StateFormat.PREFIX_SIZE;
    }

    /** Goes to the next record, over unknown ones that may be left out. */
    RecordType next() throws IOException {
        requireAllRead();
        type = null;
        while (type == null) {
            start = next;
            int code = readRecord();
            type = RecordType.of(code);
            if (type == null && (code & RecordType.OPTIONAL) == 0) {
                throw problem("record of unknown type " + code);
            }
            if (type == RecordType.END) {
                int claimed = get32();
                if (claimed != count) {
                    throw problem("the end counts " + claimed + " records, there were " + count);
                }
                requireAllRead();
            }
            count++;
        }
        return type;
    }

    private int readRecord() throws IOException {
        fill(header.array(), StateFormat.HEADER_SIZE, "the head of a record");
        int code = Short.toUnsignedInt(header.getShort(0));
        int length = header.getInt(2);
        if (length < 0 || length > StateFormat.PAYLOAD_MAX) {
            throw problem("record of " + Integer.toUnsignedString(length) + " bytes, at most "
                    + StateFormat.PAYLOAD_MAX + " are allowed");
        }
        int size = length + StateFormat.CHECKSUM_SIZE;
        if (buffer.length < size) {
            buffer = new byte[Math.max(size, Math.min(2 * buffer.length,
                    StateFormat.PAYLOAD_MAX + StateFormat.CHECKSUM_SIZE))];
        }
        fill(buffer, size, "a record of type " + code);
        crc.update(header.array());
        crc.update(buffer, 0, length);
        payload = ByteBuffer.wrap(buffer, 0, size);
        if (payload.getInt(length) != (int) crc.getValue()) {
            throw problem("the checksum of a record of type " + code + " is wrong");
        }
        payload.limit(length);
        next = start + StateFormat.HEADER_SIZE + size;
        return code;
    }

    private void fill(byte[] into, int length, String what) throws IOException {
        try {
            in.readFully(into, 0, length);
        } catch (EOFException e) {
            throw problem("it ends in the middle of " + what);
        }
    }

    int get8() throws StateException {
        require(1);
        return Byte.toUnsignedInt(payload.get());
    }

    int get16() throws StateException {
        require(2);
        return Short.toUnsignedInt(payload.getShort());
    }

    int get32() throws StateException {
        require(4);
        return payload.getInt();
    }

    long get64() throws StateException {
        require(8);
        return payload.getLong();
    }

    String getText() throws StateException {
        int length = get16();
        require(length);
        String text = new String(buffer, payload.position(), length, StandardCharsets.ISO_8859_1);
        payload.position(payload.position() + length);
        return text;
    }

    /** What is left of the record. */
    byte[] getBytes() {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    private void require(int bytes) throws StateException {
        if (payload.remaining() < bytes) {
            throw problem("a record of type " + type + " has " + payload.limit() + " bytes, too few");
        }
    }

    private void requireAllRead() throws StateException {
        if (payload.hasRemaining() && type != null) {
            throw problem("a record of type " + type + " has " + payload.remaining() + " bytes too many");
        }
    }

    /** Nothing may follow the end record in a file. */
    void requireEnd() throws IOException {
        if (in.read() >= 0) {
            start = next;
            throw problem("bytes follow the end record");
        }
    }

    /** What is wrong, at the record being read. */
    StateException problem(String what) {
        return new StateException(start, what);
    }
}
