package dev.conduit.xenstore.server.state;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** A state put together from the documentation of the format, with right checksums whatever it says. */
final class HandWritten {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final CRC32C crc = new CRC32C();
    private int count;

    HandWritten() {
        append("CXSSTATE".getBytes());
        append(new byte[] {0, 0, 0, 1});
    }

    private void append(byte[] bytes) {
        out.writeBytes(bytes);
        crc.update(bytes);
    }

    void record(int type, byte[] payload) {
        append(ByteBuffer.allocate(6).putShort((short) type).putInt(payload.length).array());
        append(payload);
        out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        count++;
    }

    void end() {
        record(0, ByteBuffer.allocate(4).putInt(count).array());
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
