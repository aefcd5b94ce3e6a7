package dev.conduit.synjitsu.adopt;

import dev.conduit.core.PlatformException;
import dev.conduit.core.net.RawIp;
import dev.conduit.core.net.RepairedSocket;
import dev.conduit.core.net.TcpImage;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Makes sockets of this machine's kernel out of connections that the front began, in two steps: prepared, a connection
 * sends nothing and can be given up without a trace; active, it is this kernel's.
 *
 * <p>Needs CAP_NET_ADMIN (TCP_REPAIR) and CAP_NET_RAW in the network namespace, Linux 5.4 or newer, the loopback
 * interface up, and the service's address on an interface that is up. Thread-safe. Has one thread, for connections
 * whose handshake is not complete.
 */
public final class Adopter implements AutoCloseable {

    /** A window no client offers while its handshake runs; another one shows that it was heard of. */
    static final int UNHEARD_WINDOW = 1;

    private final Map<Boolean, RawIp> raw = new HashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, work -> {
        Thread thread = new Thread(work, "conduit-adopter");
        thread.setDaemon(true);
        return thread;
    });

    /** Makes an adopter; nothing is opened before it is used. */
    public Adopter() {
    }

    /**
     * Prepares a connection. Until it is {@linkplain AdoptedConnection#activate active}, no segment of the client may
     * come to this machine.
     *
     * @param tcb the connection as the front left it
     * @return the connection, to be activated or abandoned
     * @throws PlatformException when it cannot be made here; says what is missing. Nothing is left behind
     * @throws IllegalArgumentException when the block says what no connection of the front can be
     */
    public AdoptedConnection prepare(Tcb tcb) throws PlatformException {
        boolean halfOpen = tcb.state() == TcpState.SYN_RECEIVED;
        if (tcb.sendNext() - tcb.sendUnacknowledged() != (halfOpen ? 1 : 0)) {
            throw new IllegalArgumentException("connection of " + tcb.remote() + " in " + tcb.state()
                    + " with data of ours that is not acknowledged: the front sends none");
        }
        RawIp packets = raw(tcb.local().getAddress());
        return new AdoptedConnection(tcb, RepairedSocket.prepare(image(tcb, halfOpen)), packets, timer);
    }

    private static TcpImage image(Tcb tcb, boolean halfOpen) {
        boolean finished = tcb.state() == TcpState.CLOSE_WAIT;
        return new TcpImage(tcb.local(), tcb.remote(), tcb.sendNext(), tcb.receiveNext() - (finished ? 1 : 0),
                halfOpen ? UNHEARD_WINDOW : tcb.sendWindow(), tcb.sendWindowUpdate(),
                Math.max(UNHEARD_WINDOW, tcb.greatestSendWindow()), tcb.receiveWindow(), tcb.sendScale(), tcb.receiveScale(),
                tcb.maxSegment(), tcb.sack(), tcb.timestamps(), tcb.ourTimestamp(), tcb.data());
    }

    private synchronized RawIp raw(InetAddress address) throws PlatformException {
        boolean four = address instanceof Inet4Address;
        RawIp open = raw.get(four);
        if (open == null) {
            open = RawIp.open(address);
            raw.put(four, open);
        }
        return open;
    }

    /**
     * Ends the adopter. Connections that are established stay; those whose handshake is not complete are closed.
     */
    @Override
    public synchronized void close() {
        timer.shutdown();
        raw.values().forEach(RawIp::close);
    }
}
