package dev.conduit.rendezvous;

import java.io.IOException;
import java.io.OutputStream;

/** Writes to a connection; one thread at a time. */
final class ConnectionOutput extends OutputStream {

    private final ConduitConnection connection;
    private final byte[] one = new byte[1];
    private final ArrayView view = new ArrayView();

    ConnectionOutput(ConduitConnection connection) {
        this.connection = connection;
    }

    @Override
    public void write(int value) throws IOException {
        one[0] = (byte) value;
        write(one, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        connection.write(view.of(source, offset, length));
    }

    @Override
    public void flush() throws IOException {
        connection.flush();
    }

    @Override
    public void close() {
        connection.close();
    }
}
