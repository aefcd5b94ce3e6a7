package dev.conduit.cli.vchan;

import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanPeerClosedException;
import dev.conduit.vchan.VchanState;
import dev.conduit.vchan.VchanTimeoutException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * One connection of a Unix socket joined with a vchan. Bytes go straight between the socket and the ring: one thread
 * sends, the calling one receives.
 *
 * <p>A vchan has no half-close. When the peer ends, everything it wrote is delivered, then the socket closed. When the
 * local program closes its connection, everything it wrote is delivered, then the vchan closed. When it only ends its
 * output, what the peer still sends is delivered as long as something comes at least every few seconds.
 */
final class Bridge {

    /** How long a peer may be silent after the local program has ended its output. */
    private static final Duration SILENCE = Duration.ofSeconds(5);
    /** How long a peer may leave what it was sent untouched, once there is nothing else to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Waits for the peer begin short, because at the end of each it is reminded of what it was sent. */
    private static final Duration FIRST_LOOK = Duration.ofMillis(4);
    private static final Duration LONGEST_LOOK = Duration.ofMillis(256);
    private static final Duration FOREVER = Duration.ofDays(365);

    private final VchanChannel channel;
    private final SocketChannel socket;
    private final boolean stay;

    private volatile boolean stopping;
    /** The local program has ended its output and the peer has taken all of it. */
    private volatile boolean delivered;
    /** This side ends the connection: nothing more is received. */
    private volatile boolean over;
    private volatile IOException failure;

    /**
     * Makes a bridge, which closes both ends.
     *
     * @param stay whether to wait for the peer however silent it is, after the local program has ended its output
     */
    Bridge(VchanChannel channel, SocketChannel socket, boolean stay) {
        this.channel = channel;
        this.socket = socket;
        this.stay = stay;
    }

    /** Moves bytes both ways until one side ends, or the process is told to; says so when the reason is another one. */
    void run(Ending ending) {
        Runnable stop = this::stop;
        ending.ends(stop);
        try {
            run();
        } catch (IOException e) {
            Notice.say("connection ended: " + e.getMessage());
        } finally {
            ending.forget(stop);
        }
    }

    private void run() throws IOException {
        Thread sender = new Thread(this::send, "conduit-to-vchan");
        sender.setDaemon(true);
        sender.start();
        try {
            receive();
        } catch (ClosedChannelException e) {
            if (!over) {
                throw e;
            }
        } finally {
            over = true;
            closeSocket();
            channel.close();
            join(sender);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Ends the connection as if the local program had closed it. From any thread. */
    private void stop() {
        stopping = true;
        try {
            socket.shutdownInput();
        } catch (IOException e) {
            // Closed meanwhile: that is an end as well.
        }
    }

    private void send() {
        try {
            copy();
            deliver();
        } catch (ClosedChannelException | VchanPeerClosedException e) {
            return; // the other thread finds the same end, after what the peer wrote before it
        } catch (IOException e) {
            failure = e;
            end();
            return;
        }
        if (stopping || LocalEnd.closed(socket)) {
            end();
        }
        delivered = true;
    }

    private void copy() throws IOException {
        while (true) {
            ByteBuffer space = channel.reserve(1, FOREVER);
            int count = readLocal(space);
            if (count < 0) {
                return;
            }
            channel.commit(count);
        }
    }

    /** What the local program wrote; a connection it broke off has ended. */
    private int readLocal(ByteBuffer space) throws ClosedChannelException {
        try {
            return socket.read(space);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Waits until the peer has taken everything: the C library loses what is still in the ring at the end. */
    private void deliver() throws IOException {
        int free = channel.free();
        while (!channel.drain(PATIENCE)) {
            VchanState state = channel.state();
            if (state != VchanState.OPEN) {
                throw new VchanPeerClosedException(state, "the peer ended before it read everything: " + state);
            }
            int before = free;
            free = channel.free();
            if (free == before) {
                throw new IOException("the peer took nothing for " + PATIENCE.toSeconds()
                        + " s; the end of what was sent to it is lost");
            }
        }
    }

    private void end() {
        over = true;
        channel.close();
    }

    private void receive() throws IOException {
        boolean localReads = true;
        Duration look = FIRST_LOOK;
        boolean lingers = false;
        long silentSince = System.nanoTime();
        while (!over) {
            ByteBuffer bytes;
            try {
                bytes = channel.peek(1, look);
            } catch (VchanTimeoutException e) {
                if (delivered) {
                    silentSince = lingers ? silentSince : System.nanoTime();
                    lingers = true;
                    if (silentTooLong(silentSince) || LocalEnd.closed(socket)) {
                        return;
                    }
                }
                look = look.compareTo(LONGEST_LOOK) < 0 ? look.multipliedBy(2) : look;
                continue;
            }
            if (bytes == null) {
                return;
            }
            look = FIRST_LOOK;
            silentSince = System.nanoTime();
            // For a local program that has gone bytes are taken nevertheless: the peer may have to write before it reads
            // the rest of what that program wrote.
            int count = localReads ? writeLocal(bytes) : bytes.remaining();
            localReads = count >= 0;
            channel.release(Math.max(count, 0));
        }
    }

    private boolean silentTooLong(long since) {
        return !stay && System.nanoTime() - since > SILENCE.toNanos();
    }

    /** Writes some of the bytes to the local program; -1 when it no longer takes any. */
    private int writeLocal(ByteBuffer bytes) {
        try {
            return socket.write(bytes);
        } catch (IOException e) {
            return -1;
        }
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
