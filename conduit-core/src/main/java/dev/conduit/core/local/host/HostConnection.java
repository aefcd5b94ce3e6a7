package dev.conduit.core.local.host;

import dev.conduit.core.local.shared.ControlProtocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One control connection: cuts lines out of what arrives, and sends the replies. While a reply waits to be sent nothing
 * more is read, so a client that does not read holds up only itself, and costs one request and one reply of memory.
 */
final class HostConnection {

    private final SocketChannel channel;
    private final ControlSession session;
    private final ByteBuffer in = ByteBuffer.allocate(ControlProtocol.MAX_REQUEST);
    private ByteBuffer out;
    private boolean closing;

    HostConnection(SocketChannel channel, ControlSession session) {
        this.channel = channel;
        this.session = session;
    }

    ControlSession session() {
        return session;
    }

    /** Does what the selector found possible; false when the connection is over. */
    boolean ready(SelectionKey key) throws IOException {
        if (out != null && !flush()) {
            return true;
        }
        if (!closing && key.isReadable() && channel.read(in) < 0) {
            return false;
        }
        answerLines();
        key.interestOps(out != null ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        return !closing || out != null;
    }

    private void answerLines() throws IOException {
        in.flip();
        while (out == null && !closing) {
            int end = newline();
            if (end < 0) {
                break;
            }
            String line = new String(in.array(), in.position(), end - in.position(), StandardCharsets.US_ASCII);
            in.position(end + 1);
            reply(session.answer(line));
        }
        in.compact();
        if (!in.hasRemaining() && out == null && !closing) {
            closing = true;
            reply(ControlProtocol.ERR + " E2BIG a request is longer than " + ControlProtocol.MAX_REQUEST + " bytes");
        }
    }

    private int newline() {
        for (int i = in.position(); i < in.limit(); i++) {
            if (in.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void reply(String line) throws IOException {
        out = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
        flush();
    }

    /** True when nothing is left to send. */
    private boolean flush() throws IOException {
        channel.write(out);
        if (out.hasRemaining()) {
            return false;
        }
        out = null;
        return true;
    }

    void close() throws IOException {
        channel.close();
    }
}
