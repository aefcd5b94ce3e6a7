package dev.conduit.rendezvous;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads from a connection; one thread at a time. */
final class ConnectionInput extends InputStream {

    private final ConduitConnection connection;
    private final byte[] one = new byte[1];

    private byte[] lastArray = one;
    private ByteBuffer lastView = ByteBuffer.wrap(one);

    ConnectionInput(ConduitConnection connection) {
        this.connection = connection;
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (target != lastArray) {
            lastArray = target;
            lastView = ByteBuffer.wrap(target);
        }
        return connection.read(lastView.limit(offset + length).position(offset));
    }

    @Override
    public int available() throws IOException {
        return connection.available();
    }

    @Override
    public void close() {
        connection.close();
    }
}
