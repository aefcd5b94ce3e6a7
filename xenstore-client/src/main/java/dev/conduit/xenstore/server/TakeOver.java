package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.DescriptorChannel;
import dev.conduit.xenstore.server.socket.MovableSockets;
import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.state.StateReader;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The successor's side of a hand-over. */
final class TakeOver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);

    private final MovableSockets sockets;
    private final DescriptorChannel channel;
    private final HandOverMessages messages;
    private ServerState state;
    private boolean kept;

    /** Asks the server that listens there. */
    TakeOver(MovableSockets sockets, Path file, Duration patience) throws IOException {
        this.sockets = sockets;
        channel = sockets.connect(file, patience);
        messages = new HandOverMessages(channel);
    }

    /** Receives everything; the descriptors are closed again unless this goes well to the end. */
    void receive() throws IOException {
        channel.send(ByteBuffer.wrap(HandOverMessages.HELLO));
        int answer = messages.receiveMessage();
        if (answer == HandOverMessages.REFUSED) {
            throw new IOException("the server does not hand over: " + messages.receiveText());
        }
        if (answer != HandOverMessages.STATE) {
            throw new IOException("what listens there is no XenStore server of this version");
        }
        int count = messages.receiveDescriptorCount();
        state = StateReader.read(messages.input());
        int sockets = state.listeners().size() + state.connections().size();
        if (count != sockets || messages.descriptors().size() != sockets) {
            throw new IOException("the state has " + sockets + " sockets, " + messages.descriptors().size() + " of "
                    + count + " came");
        }
    }

    ServerState state() {
        return state;
    }

    /** Of the state's listeners, then of its connections. */
    List<Integer> descriptors() {
        return messages.descriptors();
    }

    /**
     * Says that this process can serve, and waits for what the server decides.
     *
     * @throws IOException when the server goes on itself; then nothing may be done with what was received
     */
    void requireGo() throws IOException {
        int verdict;
        try {
            verdict = decision();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            verdict = -1;
        }
        if (verdict >= 0 && verdict != HandOverMessages.GO) {
            throw new IOException("the server goes on itself");
        }
        kept = true;
        if (verdict < 0) {
            LOG.warn("the server ended while it handed over; serving on from what it had sent");
        } else {
            tellServing();
        }
    }

    private int decision() throws IOException {
        try {
            messages.send(HandOverMessages.READY);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("the server is gone or has decided already: {}", e.getMessage());
        }
        return messages.receive();
    }

    /** The server may have died after it said GO. */
    private void tellServing() {
        try {
            messages.send(HandOverMessages.SERVING);
        } catch (IOException e) {
            LOG.debug("the server is gone: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        if (!kept) {
            messages.descriptors().forEach(sockets::drop);
        }
        channel.close();
    }
}
