package dev.conduit.rendezvous;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads from a connection; one thread at a time. */
final class ConnectionInput extends InputStream {

    private final ConduitConnection connection;
    private final byte[] one = new byte[1];
    private final ArrayView view = new ArrayView();

    ConnectionInput(ConduitConnection connection) {
        this.connection = connection;
    }

    @Override
    public int read() throws IOException {
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        ByteBuffer window = view.of(target, offset, length);
        return length == 0 ? 0 : connection.read(window);
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
