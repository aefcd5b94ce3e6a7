package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.socket.Stream;
import dev.conduit.xenstore.server.state.ServerState;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.wire.MalformedMessageException;
import dev.conduit.xenstore.wire.WireHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Moves bytes between a socket and a {@link WireConnection}. All but the dirty mark belongs to the loop's thread. */
final class SocketConnection {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Stream stream;
    private final Object storeLock;
    private WireConnection wire;
    /** Bytes the socket did not take yet. */
    private ByteBuffer blocked = NOTHING;
    private byte[] restoredInput;
    private boolean closed;
    /** Whether the loop will flush this connection anyway; guarded by the store lock. */
    private boolean dirty;

    SocketConnection(Stream stream, Object storeLock) {
        this.stream = stream;
        this.storeLock = storeLock;
    }

    void attach(WireConnection newWire) {
        wire = newWire;
        stream.attach(this);
    }

    /** Goes on with a connection of another process; its input is still to be handled. */
    void restore(ServerState.Connection state) throws MalformedMessageException {
        blocked = ByteBuffer.wrap(state.outputTail());
        wire.restoreOutput(state.output());
        restoredInput = state.input();
    }

    /** Handles what the other process had read and not handled. */
    void receiveRestored() {
        byte[] input = restoredInput;
        restoredInput = null;
        if (input != null && input.length > 0) {
            synchronized (storeLock) {
                wire.receive(ByteBuffer.wrap(input).order(WireHeader.ORDER));
            }
        }
    }

    /** What another process needs to go on; the caller holds the store lock. */
    ServerState.Connection state(Store store) {
        byte[] tail = new byte[blocked.remaining()];
        blocked.duplicate().get(tail);
        return new ServerState.Connection(store.state(wire.session()), wire.input(), tail, wire.output());
    }

    Stream stream() {
        return stream;
    }

    WireConnection wire() {
        return wire;
    }

    /** Marks it; the caller holds the store lock. False when it was marked already. */
    boolean markDirty() {
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    void clearDirty() {
        dirty = false;
    }

    /** Reads once and handles what came; false at the end of the stream. */
    boolean read(ByteBuffer scratch) throws IOException {
        scratch.clear();
        int count = stream.read(scratch);
        if (count > 0) {
            scratch.flip();
            synchronized (storeLock) {
                wire.receive(scratch);
            }
        }
        return count >= 0;
    }

    /**
     * Sends what the socket takes. Requests that wait here wait for the next turn, so that one client that asks a lot at
     * once does not keep the loop from the others; returns why the connection has to be closed, or null.
     */
    String flush(ByteBuffer scratch) throws IOException {
        while (!closed) {
            synchronized (storeLock) {
                if (wire.broken() != null) {
                    return wire.broken();
                }
            }
            if (!writeBlocked() || !fillBlocked(scratch)) {
                break;
            }
        }
        updateInterest();
        return null;
    }

    /** Whether the socket took everything so far. */
    private boolean writeBlocked() throws IOException {
        if (blocked.hasRemaining()) {
            stream.write(blocked);
        }
        return !blocked.hasRemaining();
    }

    /** Sends the next piece, keeping what the socket does not take; false when there is nothing to send. */
    private boolean fillBlocked(ByteBuffer scratch) throws IOException {
        scratch.clear();
        synchronized (storeLock) {
            wire.drainTo(scratch);
        }
        if (scratch.position() == 0) {
            return false;
        }
        scratch.flip();
        stream.write(scratch);
        blocked = scratch.hasRemaining() ? ByteBuffer.allocate(scratch.remaining()).put(scratch).flip() : NOTHING;
        return true;
    }

    /** Handles requests that waited for this turn. */
    void resume() {
        synchronized (storeLock) {
            wire.resume();
        }
    }

    /** Whether {@link #flush} left requests that could be handled. */
    boolean unfinished() {
        synchronized (storeLock) {
            return !closed && !blocked.hasRemaining() && wire.canResume();
        }
    }

    /** Has the loop look at what this connection can go on with. */
    void updateInterest() throws IOException {
        boolean wantsInput;
        synchronized (storeLock) {
            wantsInput = wire.wantsInput();
        }
        if (!closed) {
            stream.interest(wantsInput, blocked.hasRemaining());
        }
    }

    void closeStream() throws IOException {
        closed = true;
        stream.close();
    }
}
