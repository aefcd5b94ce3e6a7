package dev.conduit.synjitsu.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Carries one client's connection to its service: until both have ended it, or one has broken it. */
final class Carrier {

    private static final int BUFFER = 64 << 10;

    private final SocketChannel client;
    private final Upstream upstream;
    private final SocketFrontOptions options;
    private final long accepted;

    private volatile IOException broken;

    Carrier(SocketChannel client, Upstream upstream, SocketFrontOptions options, long accepted) {
        this.client = client;
        this.upstream = upstream;
        this.options = options;
        this.accepted = accepted;
    }

    /**
     * Runs on the caller's thread and one more.
     *
     * @return whether everything was carried; false when the client has broken it
     */
    boolean run() throws IOException {
        InetSocketAddress from = (InetSocketAddress) client.getRemoteAddress();
        InetSocketAddress to = (InetSocketAddress) client.getLocalAddress();
        Duration left = options.within().minusNanos(System.nanoTime() - accepted);
        if (left.isNegative() || left.isZero()) {
            throw new IOException(from + " waited for " + options.within().toMillis() + " ms for its turn");
        }
        try (Leg leg = upstream.connect(from.getAddress().getHostAddress(), left)) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (options.proxyHeader()) {
                leg.send(ProxyHeader.of(from, to));
            }
            Thread back = SocketFront.daemon(() -> back(leg), "front-carrier-back");
            back.start();
            there(leg);
            join(back);
            if (broken != null) {
                throw broken;
            }
            return true;
        }
    }

    private void there(Leg leg) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (client.read(buffer) >= 0) {
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
                buffer.flip();
                while (buffer.hasRemaining()) {
                    client.write(buffer);
                }
                buffer.clear();
            }
            client.shutdownOutput();
            if (!leg.takesMore()) {
                client.shutdownInput();
            }
        } catch (IOException gone) {
            fail(gone);
            Sockets.reset(client);
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
