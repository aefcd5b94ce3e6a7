package dev.conduit.core.net;

import static dev.conduit.core.net.NetConstants.IPPROTO_TCP;
import static dev.conduit.core.net.NetConstants.TCP_NO_QUEUE;
import static dev.conduit.core.net.NetConstants.TCP_QUEUE_SEQ;
import static dev.conduit.core.net.NetConstants.TCP_RECV_QUEUE;
import static dev.conduit.core.net.NetConstants.TCP_REPAIR;
import static dev.conduit.core.net.NetConstants.TCP_REPAIR_OFF;
import static dev.conduit.core.net.NetConstants.TCP_REPAIR_ON;
import static dev.conduit.core.net.NetConstants.TCP_REPAIR_QUEUE;
import static dev.conduit.core.net.NetConstants.TCP_SEND_QUEUE;
import static dev.conduit.core.posix.PosixConstants.SOCK_CLOEXEC;
import static dev.conduit.core.posix.PosixConstants.SOCK_NONBLOCK;
import static dev.conduit.core.posix.PosixConstants.SOCK_STREAM;
import static dev.conduit.core.posix.PosixConstants.SOL_SOCKET;
import static dev.conduit.core.posix.PosixConstants.SO_REUSEADDR;

import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;

/**
 * A kernel socket made of a connection that began elsewhere, by TCP_REPAIR (Linux 5.4 and newer with
 * CONFIG_CHECKPOINT_RESTORE; CAP_NET_ADMIN in the network namespace). In two steps: prepared, the socket has everything
 * and sends nothing; {@link #activate} makes it an ordinary connection, {@link #abandon} removes it without a trace.
 * Segments that come in while it is prepared are handled as ever, but for the answers: keep them away.
 *
 * <p>Thread-safe.
 */
public final class RepairedSocket {

    private static final String RIGHT = "CAP_NET_ADMIN";

    private enum Phase { PREPARED, ACTIVE, GONE }

    private final Posix posix;
    private final InetSocketAddress remote;
    private final SocketOptions socket;
    private final int fd;
    private final String what;
    private Phase phase = Phase.PREPARED;

    private RepairedSocket(Posix posix, TcpImage image, int fd) throws PlatformException {
        this.posix = posix;
        this.fd = fd;
        this.remote = image.remote();
        this.what = "connection " + image.local() + " of " + image.remote();
        this.socket = new SocketOptions(posix, fd, TcpRepair.ROOM);
    }

    /**
     * Makes the socket. The address must be on an interface of this machine that is up.
     *
     * @param image the connection
     * @return the socket, not active yet
     * @throws PlatformException when it cannot be made; says what is missing, and leaves nothing behind
     * @throws IllegalArgumentException when a number of the image is out of its range
     */
    public static RepairedSocket prepare(TcpImage image) throws PlatformException {
        return prepare(PosixLoader.posix(), image);
    }

    static RepairedSocket prepare(Posix posix, TcpImage image) throws PlatformException {
        image.check();
        int fd = posix.socket(SocketAddresses.family(image.local().getAddress()),
                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw Refused.exception("socket for " + image.local(), RIGHT, fd);
        }
        boolean done = false;
        try {
            RepairedSocket made = new RepairedSocket(posix, image, fd);
            made.build(image);
            done = true;
            return made;
        } finally {
            if (!done) {
                posix.close(fd);
            }
        }
    }

    private void build(TcpImage image) throws PlatformException {
        int on = socket.set(IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON);
        if (on == -Errno.ENOPROTOOPT) {
            throw new PlatformException(what + ": this kernel has no TCP_REPAIR: it needs CONFIG_CHECKPOINT_RESTORE");
        }
        require(on, "TCP_REPAIR");
        require(socket.set(IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE), "choosing the send queue");
        require(socket.set(IPPROTO_TCP, TCP_QUEUE_SEQ, image.sendNext()), "the send sequence number");
        require(socket.set(IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_RECV_QUEUE), "choosing the receive queue");
        require(socket.set(IPPROTO_TCP, TCP_QUEUE_SEQ, image.receiveNext() - image.data().length),
                "the receive sequence number");
        requireAddress(socket.bind(image.local()), "is the address on an interface that is up, and past duplicate address detection?");
        requireAddress(socket.connect(image.remote()), "is there a route to the client?");
        TcpRepair repair = new TcpRepair(socket, image);
        require(repair.options(), "the options");
        require(repair.timestamp(), "the timestamp clock");
        require(repair.data(), image.data().length + " bytes of received data");
        require(socket.set(IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_NO_QUEUE), "leaving the queue");
        require(repair.window(), "the windows");
    }

    private void requireAddress(int result, String hint) throws PlatformException {
        if (result == -Errno.EADDRNOTAVAIL || result == -Errno.ENETUNREACH) {
            throw new PlatformException(what + ": " + Errno.name(-result) + ": " + hint);
        }
        require(result, "bind and connect");
    }

    private void require(int result, String step) throws PlatformException {
        if (result < 0) {
            throw Refused.exception(what + ": " + step, RIGHT, result);
        }
    }

    /**
     * Makes it an ordinary connection: from now on it answers, and it says so to the peer by an ACK of its own.
     *
     * @throws PlatformException when the kernel refuses
     * @throws ClosedChannelException when it was abandoned or given away
     * @throws IllegalStateException when it is active
     */
    public synchronized void activate() throws PlatformException, ClosedChannelException {
        requirePhase(Phase.PREPARED, "is active already");
        require(socket.set(IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF), "leaving TCP_REPAIR");
        phase = Phase.ACTIVE;
        // Lost by TCP_REPAIR; without it a server that is started anew could not listen while this connection lives.
        socket.set(SOL_SOCKET, SO_REUSEADDR, 1);
    }

    /** Removes the socket; while it is prepared the peer notices nothing, an active one is closed. Idempotent. */
    public synchronized void abandon() {
        if (phase != Phase.GONE) {
            phase = Phase.GONE;
            posix.close(fd);
        }
    }

    /**
     * Asks how the connection stands.
     *
     * @return its state and the window of the peer
     * @throws ClosedChannelException when it was abandoned or given away
     * @throws PlatformException when the kernel refuses
     */
    public synchronized TcpStatus status() throws PlatformException, ClosedChannelException {
        requireHere();
        return TcpStatus.of(socket);
    }

    /**
     * Gives the timestamp clock as it stands.
     *
     * @return milliseconds, the value the next segment carries
     * @throws ClosedChannelException when it was abandoned or given away
     * @throws PlatformException when the kernel refuses
     */
    public synchronized int timestamp() throws PlatformException, ClosedChannelException {
        requireHere();
        return socket.get(IPPROTO_TCP, NetConstants.TCP_TIMESTAMP);
    }

    /**
     * Gives the descriptor away: who takes it closes it. It does not block (O_NONBLOCK).
     *
     * @return the descriptor
     * @throws ClosedChannelException when it was abandoned or given away
     * @throws IllegalStateException when it is not active yet
     */
    public synchronized int detach() throws ClosedChannelException {
        requirePhase(Phase.ACTIVE, "is not active yet");
        phase = Phase.GONE;
        return fd;
    }

    /**
     * Gives the connection away as a channel: who takes it closes it.
     *
     * @return the channel
     * @throws PlatformException when there is no memory
     * @throws ClosedChannelException when it was abandoned or given away
     * @throws IllegalStateException when it is not active yet
     */
    public synchronized TcpChannel channel() throws PlatformException, ClosedChannelException {
        requirePhase(Phase.ACTIVE, "is not active yet");
        TcpChannel channel = new TcpChannel(posix, fd, remote);
        phase = Phase.GONE;
        return channel;
    }

    private void requireHere() throws ClosedChannelException {
        if (phase == Phase.GONE) {
            throw new ClosedChannelException();
        }
    }

    private void requirePhase(Phase wanted, String otherwise) throws ClosedChannelException {
        requireHere();
        if (phase != wanted) {
            throw new IllegalStateException(what + " " + otherwise);
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
