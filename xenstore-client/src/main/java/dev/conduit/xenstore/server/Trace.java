package dev.conduit.xenstore.server;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.Printable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of requests and replies, for finding faults: into the program's log, or into a file. Off until asked for.
 * Guarded by the store lock; a slow disk then slows down everyone.
 */
final class Trace {

    private static final Logger LOG = LoggerFactory.getLogger(Trace.class);
    /** Bytes of a payload that are shown. */
    private static final int SHOWN = 200;

    private boolean on;
    /** The one switch of those of C xenstored: the others are about its innards. */
    private boolean io = true;
    private Path file;
    private Writer out;

    String settings() {
        return String.format("Log switch settings:\n%-8s: %s\n", "io", io ? "on" : "off");
    }

    /** Takes on, off, or a switch behind a sign; false for anything else. */
    boolean change(String what) throws IOException {
        switch (what) {
            case "on":
                start();
                return true;
            case "off":
                stop();
                return true;
            case "+io":
                io = true;
                return true;
            case "-io":
                io = false;
                return true;
            default:
                return false;
        }
    }

    /** Logs to the end of a file from now on. */
    void open(Path newFile) throws IOException {
        stop();
        file = newFile;
        start();
    }

    private void start() throws IOException {
        if (file != null && out == null) {
            out = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        on = true;
    }

    void stop() {
        on = false;
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                LOG.warn("cannot close the trace {}: {}", file, e.getMessage());
            }
            out = null;
        }
    }

    void request(int domain, Message message) {
        if (on && io) {
            line(domain, "IN ", message);
        }
    }

    void reply(int domain, Message message) {
        if (on && io) {
            line(domain, "OUT", message);
        }
    }

    private void line(int domain, String direction, Message message) {
        Operation operation = Operation.of(message.type());
        int shown = Math.min(SHOWN, message.payload().length);
        String text = direction + " domain " + domain + " tx " + Integer.toUnsignedString(message.transactionId()) + " "
                + (operation == null ? Integer.toUnsignedString(message.type()) : operation.name()) + " ("
                + Printable.of(Payload.text(message.payload(), 0, shown).replace('\0', ' ')) + ")";
        if (out == null) {
            LOG.info(text);
            return;
        }
        try {
            out.write(Instant.now() + " " + text + "\n");
            out.flush();
        } catch (IOException e) {
            LOG.warn("cannot write to the trace {}, it ends here: {}", file, e.getMessage());
            stop();
        }
    }
}
