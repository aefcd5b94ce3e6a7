package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanKey;
import dev.conduit.vchan.VchanPeerClosedException;
import dev.conduit.vchan.VchanSelector;
import dev.conduit.vchan.VchanState;
import dev.conduit.vchan.VchanStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * A connection by name: a {@link VchanChannel} that knows its peer, and how its peer ended.
 *
 * <p>It is used like any {@code ByteChannel}, through {@link #input} and {@link #output}, or without copies by
 * {@code reserve}/{@code commit} and {@code peek}/{@code release}; see {@link VchanChannel} for threads and blocking. One
 * thread serves many by a {@link VchanSelector}.
 *
 * <p>A peer that closes gives, after all it wrote was read, -1 (null from {@code peek}, false from {@code receive}). A
 * peer that dies gives, after all it wrote was read, a {@link ConduitPeerLostException}; writing to it gives that at
 * once. XenStore is touched when a connection is made, when it ends, and never in between.
 */
public final class ConduitConnection implements VchanChannel {

    private final VchanChannel channel;
    private final ConnectionEnd end;
    private final FlowNodes nodes;

    ConduitConnection(VchanChannel channel, ConnectionEnd end) {
        this.channel = channel;
        this.end = end;
        this.nodes = end.nodes();
    }

    /**
     * Returns the peer's domain: for a server the owner of the client's request, which a client cannot forge.
     *
     * @return the domain
     */
    public DomainId peer() {
        return end.isServer() ? nodes.client() : nodes.server();
    }

    /**
     * Returns the peer's name: for a client the name it asked for, or that server's own name when it is shared; for a
     * server a name its client has, checked, or {@code domain-<number>}.
     *
     * @return the name
     */
    public String peerName() {
        return end.isServer() ? nodes.peerName() : nodes.name();
    }

    /**
     * Returns the flow's id, under which XenStore keeps its state.
     *
     * @return the last part of {@code /conduit/flows/<flow>}; empty for the client of a server of the older Mirage
     *     layout, which has none
     */
    public String flow() {
        return nodes.flow();
    }

    /**
     * Returns a stream that reads from this connection, unbuffered. Closing it closes the connection.
     *
     * @return a new stream
     */
    public InputStream input() {
        return new ConnectionInput(this);
    }

    /**
     * Returns a stream that writes to this connection, unbuffered. Closing it closes the connection.
     *
     * @return a new stream
     */
    public OutputStream output() {
        return new ConnectionOutput(this);
    }

    /**
     * Closes, after waiting for the peer to read what was written.
     *
     * @param drain longest wait
     * @return false when the peer had not read everything by then, or ended first
     */
    public boolean close(Duration drain) {
        boolean drained;
        try {
            drained = channel.drain(drain);
        } catch (IOException notDrained) {
            drained = false;
        }
        close();
        return drained;
    }

    /** Closes at once. What was written can still be read by a peer of this library; see {@link #close(Duration)}. */
    @Override
    public void close() {
        end.close();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public VchanState state() {
        return channel.state();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = channel.read(target);
        return count < 0 ? ended(count) : count;
    }

    @Override
    public int read(ByteBuffer target, Duration timeout) throws IOException {
        int count = channel.read(target, timeout);
        return count < 0 ? ended(count) : count;
    }

    @Override
    public int tryRead(ByteBuffer target) throws IOException {
        int count = channel.tryRead(target);
        return count < 0 ? ended(count) : count;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        long count = channel.read(targets, offset, length);
        return count < 0 ? ended(-1) : count;
    }

    @Override
    public long read(ByteBuffer[] targets) throws IOException {
        return read(targets, 0, targets.length);
    }

    @Override
    public boolean receive(ByteBuffer target, Duration timeout) throws IOException {
        boolean received = channel.receive(target, timeout);
        if (!received && channel.available() == 0) {
            ended(-1);
        }
        return received;
    }

    @Override
    public ByteBuffer peek(int atLeast, Duration timeout) throws IOException {
        ByteBuffer view = channel.peek(atLeast, timeout);
        if (view == null && channel.available() == 0) {
            ended(-1);
        }
        return view;
    }

    @Override
    public void release(int count) throws IOException {
        channel.release(count);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        try {
            return channel.write(source);
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public int write(ByteBuffer source, Duration timeout) throws IOException {
        try {
            return channel.write(source, timeout);
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public int tryWrite(ByteBuffer source) throws IOException {
        try {
            return channel.tryWrite(source);
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        try {
            return channel.write(sources, offset, length);
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public long write(ByteBuffer[] sources) throws IOException {
        return write(sources, 0, sources.length);
    }

    @Override
    public void send(ByteBuffer packet, Duration timeout) throws IOException {
        try {
            channel.send(packet, timeout);
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public ByteBuffer reserve(int atLeast, Duration timeout) throws IOException {
        try {
            return channel.reserve(atLeast, timeout);
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public void commit(int count) throws IOException {
        try {
            channel.commit(count);
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public boolean contiguous() {
        return channel.contiguous();
    }

    @Override
    public void flush() throws IOException {
        try {
            channel.flush();
        } catch (VchanPeerClosedException refused) {
            throw writeRefused(refused);
        }
    }

    @Override
    public int available() throws IOException {
        return channel.available();
    }

    @Override
    public int free() throws IOException {
        return channel.free();
    }

    @Override
    public VchanStatistics statistics() {
        return channel.statistics();
    }

    @Override
    public boolean drain(Duration timeout) throws IOException {
        return channel.drain(timeout);
    }

    @Override
    public <T> VchanKey<T> register(VchanSelector<T> selector, T attachment) throws IOException {
        return channel.register(selector, attachment);
    }

    ConnectionEnd end() {
        return end;
    }

    /** Everything was read: -1 when the peer closed, else the exception that tells what happened. */
    private int ended(int count) throws ClosedChannelException, ConduitPeerLostException {
        if (end.peerEnd() == PeerEnd.LOST) {
            throw peerLost();
        }
        return count;
    }

    private IOException writeRefused(VchanPeerClosedException refused) throws ClosedChannelException {
        return end.peerEnd() == PeerEnd.LOST ? peerLost() : refused;
    }

    private ConduitPeerLostException peerLost() {
        return new ConduitPeerLostException("peer '" + peerName() + "' (domain " + peer() + ") of flow " + flow()
                + " ended without closing: " + describe(channel.state()));
    }

    private static String describe(VchanState state) {
        return switch (state) {
            case PEER_GONE -> "its domain is gone";
            case PLATFORM_LOST -> "the platform is gone";
            default -> "its process died";
        };
    }
}
