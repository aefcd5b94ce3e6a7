package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One hostile guest at work on a thread of its own, until closed. What the server does to it is its own business. */
final class Attack implements AutoCloseable {

    private static final long END_MILLIS = 20_000;

    private final Abuse abuse;
    private final Path socket;
    private final Thread thread;
    private final CountDownLatch end = new CountDownLatch(1);
    /** Guarded by itself. */
    private final Set<AutoCloseable> open = new HashSet<>();
    private RawConnection connection;
    private final AtomicLong rounds = new AtomicLong();

    private Attack(Abuse abuse, Path socket) {
        this.abuse = abuse;
        this.socket = socket;
        thread = new Thread(this::run, "abuse-" + abuse);
    }

    /** @param socket of the guest's domain */
    static Attack start(Abuse abuse, Path socket) {
        Attack attack = new Attack(abuse, socket);
        attack.thread.start();
        return attack;
    }

    private void run() {
        while (end.getCount() > 0) {
            try {
                abuse.round().run(this);
                rounds.incrementAndGet();
            } catch (IOException e) {
                // Thrown out by the server, or told to end.
                closeOpen();
                connection = null;
            }
        }
        closeOpen();
    }

    /** Rounds done without being thrown out. */
    long rounds() {
        return rounds.get();
    }

    /** Whether it did anything, or is in the middle of it. */
    boolean works() {
        synchronized (open) {
            return rounds() > 0 || !open.isEmpty();
        }
    }

    /** The connection, the same in each round until the server ends it. */
    RawConnection connect() throws IOException {
        if (connection == null) {
            connection = keep(RawConnection.open(socket));
        }
        return connection;
    }

    /** A connection more. */
    SocketChannel open() throws IOException {
        return keep(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    private <T extends AutoCloseable> T keep(T opened) throws IOException {
        synchronized (open) {
            open.removeIf(one -> one instanceof SocketChannel channel && !channel.isOpen());
            open.add(opened);
        }
        if (end.getCount() == 0) {
            throw new IOException("the attack ends");
        }
        return opened;
    }

    /** Sends what was added and takes the replies, refusals as well. */
    void exchange(RawConnection to, int replies) throws IOException {
        to.flush();
        for (int i = 0; i < replies; i++) {
            to.receive();
        }
    }

    void pause(long millis) throws IOException {
        try {
            if (end.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("the attack ends");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void closeOpen() {
        synchronized (open) {
            for (AutoCloseable one : open) {
                try {
                    one.close();
                } catch (Exception e) {
                    throw new IllegalStateException("closing a socket", e);
                }
            }
            open.clear();
        }
    }

    /** Ends it; its connections are closed, also those it waits for. */
    @Override
    public void close() {
        end.countDown();
        closeOpen();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            throw new IllegalStateException(thread.getName() + " does not end");
        }
    }
}
