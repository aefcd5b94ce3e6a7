package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is closed together, the latest first. */
final class Holdings implements AutoCloseable {

    private final Deque<AutoCloseable> held = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T closeable) {
        held.push(closeable);
        return closeable;
    }

    int size() {
        return held.size();
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable closeable : held) {
            try {
                closeable.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
