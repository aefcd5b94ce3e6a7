package dev.conduit.synjitsu.socket;

import dev.conduit.synjitsu.layer8.Hosts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Carries one client's connection to its service: until both have ended it, or one has broken it. */
final class Carrier {

    private static final int BUFFER = 64 << 10;

    private final Client client;
    private final Hosts<Upstream> hosts;
    private final SocketFrontOptions options;
    private final long accepted;

    private volatile IOException broken;

    Carrier(Client client, Hosts<Upstream> hosts, SocketFrontOptions options, long accepted) {
        this.client = client;
        this.hosts = hosts;
        this.options = options;
        this.accepted = accepted;
    }

    /**
     * Runs on the caller's thread and one more.
     *
     * @return whether everything was carried, or the client was told that there is nobody; else it is to be reset
     */
    boolean run() throws IOException {
        Duration left = options.within().minusNanos(System.nanoTime() - accepted);
        if (left.isNegative() || left.isZero()) {
            throw new IOException(client.remote() + " waited for " + options.within().toMillis() + " ms for its turn");
        }
        Reception reception = new Reception(client);
        Optional<Upstream> upstream = reception.choose(hosts, left);
        if (upstream.isPresent()) {
            carry(upstream.get(), reception.early());
        }
        return true;
    }

    /** @param early what the client has sent already */
    private void carry(Upstream upstream, ByteBuffer early) throws IOException {
        Duration left = options.within().minusNanos(System.nanoTime() - accepted);
        try (Leg leg = upstream.connect(client.remote().getAddress().getHostAddress(), left)) {
            if (options.proxyHeader()) {
                leg.send(ProxyHeader.of(client.remote(), client.local()));
            }
            if (early.hasRemaining()) {
                leg.send(early);
            }
            Thread back = SocketFront.daemon(() -> back(leg), "front-carrier-back");
            back.start();
            there(leg);
            join(back);
            if (broken != null) {
                throw broken;
            }
        }
    }

    private void there(Leg leg) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (client.receive(buffer) >= 0) {
                leg.send(buffer.flip());
                buffer.clear();
            }
            leg.sent();
        } catch (IOException gone) {
            fail(gone);
            leg.close();
        }
    }

    private void back(Leg leg) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (leg.receive(buffer) >= 0) {
                client.send(buffer.flip());
                buffer.clear();
            }
            client.sent();
            if (!leg.takesMore()) {
                client.deaf();
            }
        } catch (IOException gone) {
            fail(gone);
            client.reset();
        }
    }

    private void fail(IOException gone) {
        if (broken == null) {
            broken = gone;
        }
    }

    private static void join(Thread thread) throws IOException {
        try {
            thread.join();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new IOException("the front is closing");
        }
    }
}
