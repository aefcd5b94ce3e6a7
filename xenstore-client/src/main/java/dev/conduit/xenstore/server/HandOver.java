package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.DescriptorChannel;
import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.state.StateWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of a hand-over: gives everything away, or nothing. Blocks up to the channel's deadline while
 * nothing else happens in the server.
 */
final class HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final int BUFFER = 64 << 10;

    private final HandOverMessages messages;

    HandOver(DescriptorChannel channel) {
        messages = new HandOverMessages(channel);
    }

    void refuse(String reason) {
        LOG.warn("no hand-over: {}", reason);
        try {
            messages.send(HandOverMessages.REFUSED);
            messages.sendText(reason);
        } catch (IOException e) {
            LOG.debug("a successor that was refused is gone: {}", e.getMessage());
        }
    }

    /**
     * Offers the server.
     *
     * @param state taken once, while the server stands still
     * @param descriptors those of the state's listeners, then those of its connections
     * @return whether the successor has it; false when this server is to go on as if nothing had been
     */
    boolean offer(Supplier<ServerState> state, List<Integer> descriptors) {
        boolean given = false;
        try {
            messages.send(HandOverMessages.STATE);
            messages.sendDescriptors(descriptors);
            OutputStream out = new BufferedOutputStream(messages.output(), BUFFER);
            StateWriter.write(state.get(), out);
            if (messages.receiveMessage() != HandOverMessages.READY) {
                throw new IOException("the successor does not want it: " + messages.receiveText());
            }
            messages.send(HandOverMessages.GO);
            given = true;
            return serving();
        } catch (IOException e) {
            LOG.warn("hand-over failed, going on: {}", e.getMessage());
            return false;
        } finally {
            if (!given) {
                abort();
            }
        }
    }

    /** False when the successor is known to have ended without having done anything. */
    private boolean serving() {
        try {
            if (messages.receive() == HandOverMessages.SERVING) {
                return true;
            }
        } catch (SocketTimeoutException e) {
            LOG.warn("the successor was told to go on and is slow to do so");
            return true;
        } catch (IOException e) {
            LOG.debug("the successor is gone: {}", e.getMessage());
        }
        LOG.warn("hand-over failed, going on: the successor ended before it served");
        return false;
    }

    /** A successor that is told nothing would take this server for dead. */
    private void abort() {
        try {
            messages.send(HandOverMessages.ABORT);
        } catch (IOException e) {
            LOG.debug("the successor is gone: {}", e.getMessage());
        }
    }
}
