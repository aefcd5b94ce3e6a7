package dev.conduit.rendezvous.directory.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One client: one line comes, some go, and that is all. */
final class Session {

    /** Longest request, in bytes. */
    static final int MAX_LINE = 4096;

    private final InputStream input;
    private final OutputStream output;
    private final AutoCloseable connection;
    private final String asker;
    private final boolean manager;

    Session(InputStream input, OutputStream output, AutoCloseable connection, String asker, boolean manager) {
        this.input = input;
        this.output = output;
        this.connection = connection;
        this.asker = asker;
        this.manager = manager;
    }

    String asker() {
        return asker;
    }

    boolean manager() {
        return manager;
    }

    /** The request, or null when the client left or sends no end of line within the bound. */
    String read() throws IOException {
        byte[] line = new byte[MAX_LINE];
        int length = 0;
        while (length < MAX_LINE) {
            int count = input.read(line, length, MAX_LINE - length);
            if (count < 0) {
                return null;
            }
            for (int i = length; i < length + count; i++) {
                if (line[i] == '\n') {
                    return new String(line, 0, i, StandardCharsets.UTF_8);
                }
            }
            length += count;
        }
        return null;
    }

    void write(List<String> lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line);
            if (text.length() > MAX_LINE) {
                output.write(text.toString().getBytes(StandardCharsets.UTF_8));
                text.setLength(0);
            }
        }
        output.write(text.toString().getBytes(StandardCharsets.UTF_8));
        output.flush();
    }

    void close() {
        try {
            connection.close();
        } catch (IOException gone) {
            // It is closed, which is what was wanted.
            return;
        } catch (Exception impossible) {
            throw new UncheckedIOException(new IOException(impossible));
        }
    }
}
