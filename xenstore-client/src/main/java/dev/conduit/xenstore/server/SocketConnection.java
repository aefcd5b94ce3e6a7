package dev.conduit.xenstore.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Moves bytes between a socket and a {@link WireConnection}. All but the dirty mark belongs to the loop's thread. */
final class SocketConnection {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final Object storeLock;
    private WireConnection wire;
    private SelectionKey key;
    /** Bytes the socket did not take yet. */
    private ByteBuffer blocked = NOTHING;
    /** Whether the loop will flush this connection anyway; guarded by the store lock. */
    private boolean dirty;

    SocketConnection(SocketChannel channel, Object storeLock) {
        this.channel = channel;
        this.storeLock = storeLock;
    }

    void attach(WireConnection newWire, SelectionKey newKey) {
        wire = newWire;
        key = newKey;
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
        int count = channel.read(scratch);
        if (count > 0) {
            scratch.flip();
            synchronized (storeLock) {
                wire.receive(scratch);
            }
        }
        return count >= 0;
    }

    /** Sends what the socket takes; returns why the connection has to be closed, or null. */
    String flush(ByteBuffer scratch) throws IOException {
        while (true) {
            if (blocked.hasRemaining()) {
                channel.write(blocked);
                if (blocked.hasRemaining()) {
                    break;
                }
                blocked = NOTHING;
            }
            scratch.clear();
            synchronized (storeLock) {
                if (wire.broken() != null) {
                    return wire.broken();
                }
                wire.drainTo(scratch);
                if (scratch.position() == 0) {
                    if (!wire.canResume()) {
                        break;
                    }
                    wire.resume();
                    continue;
                }
            }
            scratch.flip();
            channel.write(scratch);
            if (scratch.hasRemaining()) {
                blocked = ByteBuffer.allocate(scratch.remaining()).put(scratch).flip();
            }
        }
        updateInterest();
        return null;
    }

    private void updateInterest() {
        boolean wantsInput;
        synchronized (storeLock) {
            wantsInput = wire.wantsInput();
        }
        int interest = (wantsInput ? SelectionKey.OP_READ : 0) | (blocked.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    void closeChannel() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing more can be done for a socket that is being given up.
            return;
        }
    }
}
