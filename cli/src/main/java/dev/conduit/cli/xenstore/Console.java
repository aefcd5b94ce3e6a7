package dev.conduit.cli.xenstore;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Standard output and error of a tool, as bytes: text has one char a byte. */
final class Console {

    /** Nobody reads the output any more. */
    static final class ClosedException extends IOException {

        private static final long serialVersionUID = 1L;

        private ClosedException(IOException cause) {
            super(cause);
        }
    }

    private final String program;
    private final OutputStream out;
    private final OutputStream err;

    Console(String program, OutputStream out, OutputStream err) {
        this.program = program;
        this.out = out;
        this.err = err;
    }

    /** The streams of this process. Unlike System.out they say when nobody reads any more. */
    static Console standard(String program) {
        return new Console(program, new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)),
                new FileOutputStream(FileDescriptor.err));
    }

    void print(byte[] bytes) throws IOException {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new ClosedException(e);
        }
    }

    void print(String text) throws IOException {
        print(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw new ClosedException(e);
        }
    }

    /** Prints one message behind the name of the program, after all output so far. */
    void error(String message) throws IOException {
        flush();
        err.write((program + ": " + message + "\n").getBytes(StandardCharsets.ISO_8859_1));
        err.flush();
    }
}
