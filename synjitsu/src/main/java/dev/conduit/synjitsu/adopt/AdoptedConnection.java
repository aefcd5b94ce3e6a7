package dev.conduit.synjitsu.adopt;

import dev.conduit.core.PlatformException;
import dev.conduit.core.net.RawIp;
import dev.conduit.core.net.RepairedSocket;
import dev.conduit.core.net.TcpChannel;
import dev.conduit.core.net.TcpStatus;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that the front began, in this machine's kernel. Prepared at first; then either {@link #activate} or
 * {@link #abandon}. Thread-safe.
 */
public final class AdoptedConnection {

    private static final Logger LOG = LoggerFactory.getLogger(AdoptedConnection.class);
    private static final long FIN_PATIENCE = TimeUnit.SECONDS.toNanos(2);
    private static final long FIN_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Tcb tcb;
    private final RepairedSocket socket;
    private final RawIp packets;
    private final ScheduledExecutorService timer;
    private final ClientSegments segments;
    private final CompletableFuture<AdoptedConnection> established = new CompletableFuture<>();

    AdoptedConnection(Tcb tcb, RepairedSocket socket, RawIp packets, ScheduledExecutorService timer) {
        this.tcb = tcb;
        this.socket = socket;
        this.packets = packets;
        this.timer = timer;
        this.segments = new ClientSegments(tcb);
    }

    /**
     * Returns the client's address.
     *
     * @return address and port
     */
    public InetSocketAddress remoteAddress() {
        return tcb.remote();
    }

    /**
     * Returns the service's address.
     *
     * @return address and port
     */
    public InetSocketAddress localAddress() {
        return tcb.local();
    }

    /**
     * Makes it this kernel's connection: from now on segments of the client must come here. What TCP_REPAIR cannot carry is
     * told to the kernel by segments of the client that this machine sends to itself: the client's latest timestamp, and its
     * FIN, when the front had that already. A handshake that is not complete goes on with a SYN-ACK.
     *
     * <p>Blocks for as long as the kernel needs; at most 2 s, when the FIN does not get through.
     *
     * @throws IOException when the kernel refuses, or its packet filter drops the client's FIN; the connection is closed
     * @throws IllegalStateException when it is active
     */
    public void activate() throws IOException {
        try {
            if (tcb.state() != TcpState.SYN_RECEIVED && tcb.timestamps()) {
                send(tcb.local(), segments.acknowledgement());
            }
            socket.activate();
            switch (tcb.state()) {
                case SYN_RECEIVED -> goOnWithHandshake();
                case CLOSE_WAIT -> repeatFin();
                default -> { }
            }
        } catch (IOException failed) {
            fail(failed);
            throw failed;
        }
        if (tcb.state() != TcpState.SYN_RECEIVED) {
            established.complete(this);
        }
    }

    private void repeatFin() throws IOException {
        long deadline = System.nanoTime() + FIN_PATIENCE;
        do {
            send(tcb.local(), segments.fin());
            TcpStatus status = socket.status();
            if (status.closeWait() || status.closed()) {
                return;
            }
            LockSupport.parkNanos(FIN_PAUSE);
        } while (System.nanoTime() < deadline);
        throw new PlatformException(socket + ": the client's FIN does not get from this machine to itself: is the loopback"
                + " interface down, or does a packet filter drop it?");
    }

    private void goOnWithHandshake() throws IOException {
        sendSynAck();
        look(new SynAckTimer(System.nanoTime()));
    }

    private void sendSynAck() throws IOException {
        send(tcb.remote(), segments.synAck(socket.timestamp(), socket.status().advertisedSegment()));
    }

    /** A packet that cannot be sent is as good as lost: what has to arrive is sent again. */
    private void send(InetSocketAddress to, ByteBuffer packet) throws ClosedChannelException {
        try {
            packets.send(to.getAddress(), packet);
        } catch (PlatformException lost) {
            LOG.debug("{}: {}", socket, lost.getMessage());
        }
    }

    private void look(SynAckTimer times) {
        try {
            long now = System.nanoTime();
            TcpStatus status = socket.status();
            if (status.closed()) {
                fail(new IOException("the client " + tcb.remote() + " reset its connection"));
            } else if (status.sendWindow() != Adopter.UNHEARD_WINDOW) {
                established.complete(this);
            } else if (times.over(now)) {
                fail(new IOException("the client " + tcb.remote() + " did not complete its handshake"));
            } else {
                if (times.due(now)) {
                    sendSynAck();
                }
                timer.schedule(() -> look(times), times.pause(now), TimeUnit.NANOSECONDS);
            }
        } catch (IOException | RuntimeException failed) {
            fail(failed);
        }
    }

    private void fail(Exception reason) {
        established.completeExceptionally(reason);
        socket.abandon();
    }

    /**
     * Tells when the connection may be used: at once when it is active, but after the client was heard of when its handshake
     * was not complete. Fails with an {@link IOException} when the client resets it, or is not heard of within 63 s.
     *
     * @return the connection itself, some time after {@link #activate}
     */
    public CompletionStage<AdoptedConnection> established() {
        return established.minimalCompletionStage();
    }

    /** Gives it up: before {@link #activate} without a trace, later by closing it. Idempotent. */
    public void abandon() {
        fail(new ClosedChannelException());
    }

    /**
     * Gives the connection away as a channel: who takes it closes it.
     *
     * @return the channel
     * @throws ClosedChannelException when it was abandoned, or given away already
     * @throws IOException when there is no memory
     * @throws IllegalStateException when it is not active yet
     */
    public TcpChannel channel() throws IOException {
        return socket.channel();
    }

    /**
     * Gives the connection away as a descriptor that does not block, for a native transport: who takes it closes it.
     *
     * @return the descriptor
     * @throws ClosedChannelException when it was abandoned, or given away already
     * @throws IllegalStateException when it is not active yet
     */
    public int descriptor() throws ClosedChannelException {
        return socket.detach();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
