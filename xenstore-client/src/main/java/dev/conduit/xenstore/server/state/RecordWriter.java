package dev.conduit.xenstore.server.state;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Appends records, each with its checksum. Values are put first, then the record is ended. Not thread-safe. */
final class RecordWriter {

    private final OutputStream out;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer record = ByteBuffer.allocate(
            StateFormat.HEADER_SIZE + StateFormat.PAYLOAD_MAX + StateFormat.CHECKSUM_SIZE);
    private int count;

    RecordWriter(OutputStream out) throws IOException {
        this.out = out;
        byte[] prefix = ByteBuffer.allocate(StateFormat.PREFIX_SIZE).putLong(StateFormat.MAGIC)
                .putInt(StateFormat.VERSION).array();
        crc.update(prefix);
        out.write(prefix);
        record.position(StateFormat.HEADER_SIZE);
    }

    RecordWriter put8(int value) {
        record.put((byte) value);
        return this;
    }

    RecordWriter put16(int value) {
        record.putShort((short) value);
        return this;
    }

    RecordWriter put32(int value) {
        record.putInt(value);
        return this;
    }

    RecordWriter put64(long value) {
        record.putLong(value);
        return this;
    }

    /** Length in two bytes, then a byte a character. */
    RecordWriter putText(String text) {
        return put16(text.length()).putBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Without a length: the end of the record is the end of the bytes. */
    RecordWriter putBytes(byte[] bytes) {
        record.put(bytes);
        return this;
    }

    /** Ends the record whose values were put. */
    void end(RecordType type) throws IOException {
        record.putShort(0, (short) type.code());
        record.putInt(2, record.position() - StateFormat.HEADER_SIZE);
        crc.update(record.array(), 0, record.position());
        record.putInt((int) crc.getValue());
        out.write(record.array(), 0, record.position());
        record.clear().position(StateFormat.HEADER_SIZE);
        count++;
    }

    /** Bytes as records of one type, each of bounded length; none for no bytes. */
    void chunks(RecordType type, byte[] bytes) throws IOException {
        for (int from = 0; from < bytes.length; from += StateFormat.CHUNK) {
            record.put(bytes, from, Math.min(StateFormat.CHUNK, bytes.length - from));
            end(type);
        }
    }

    void finish() throws IOException {
        put32(count).end(RecordType.END);
        out.flush();
    }
}
