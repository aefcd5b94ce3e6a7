package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that connected to take over and has not said all of its first message. Belongs to the loop's thread. */
final class Successor {

    private static final Logger LOG = LoggerFactory.getLogger(Successor.class);

    private final Stream stream;
    private final ByteBuffer hello = ByteBuffer.allocate(HandOverMessages.HELLO.length);
    private boolean ended;

    Successor(Stream stream) {
        this.stream = stream;
        stream.attach(this);
    }

    Stream stream() {
        return stream;
    }

    void read() {
        try {
            ended |= hello.hasRemaining() && stream.read(hello) < 0;
        } catch (IOException e) {
            ended = true;
        }
        if (!hello.hasRemaining() && !complete()) {
            LOG.warn("what connected to take over is no XenStore server of this version");
            ended = true;
        }
    }

    /** Whether it said what a successor says. */
    boolean complete() {
        return Arrays.equals(hello.array(), HandOverMessages.HELLO);
    }

    boolean ended() {
        return ended;
    }

    void close() {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.debug("closing a socket: {}", e.getMessage());
        }
    }
}
