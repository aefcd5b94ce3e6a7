package dev.conduit.cli.vchan;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** Tells a peer of a Unix socket that has closed its connection from one that has only ended its output. */
final class LocalEnd {

    private LocalEnd() {}

    /**
     * Whether the other program has closed. A selector shows a hang-up as whatever is looked for, and a connection that is
     * made already can never become connectable otherwise.
     *
     * <p>Waits for a write of another thread to end, which a hang-up ends.
     */
    static boolean closed(SocketChannel socket) {
        try (Selector selector = socket.provider().openSelector()) {
            socket.configureBlocking(false);
            SelectionKey key = socket.register(selector, SelectionKey.OP_CONNECT);
            selector.selectNow();
            boolean hungUp = key.isConnectable();
            key.cancel();
            selector.selectNow(); // takes the key out, or the socket could not block again
            socket.configureBlocking(true);
            return hungUp;
        } catch (IOException | CancelledKeyException e) {
            return true; // closed by another thread
        }
    }
}
