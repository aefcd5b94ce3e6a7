package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connects to the first of several addresses that answers (RFC 8305, section 5): they are tried in order, the next one
 * when the one before failed or has not answered for 250 ms, and all go on until one is connected.
 */
final class TcpRace implements AutoCloseable {

    private static final long STAGGER_NANOS = Duration.ofMillis(250).toNanos();

    /** A channel in blocking mode, and where it leads. */
    record Winner(SocketChannel channel, InetSocketAddress address) {}

    private final List<InetSocketAddress> addresses;
    private final Deadline limit;
    private final List<IOException> failures;
    private final Selector selector;
    private int next;
    private int pending;

    /** @param failures gets each address's failure */
    TcpRace(List<InetSocketAddress> addresses, Deadline limit, List<IOException> failures) throws IOException {
        this.addresses = addresses;
        this.limit = limit;
        this.failures = failures;
        this.selector = Selector.open();
    }

    /** The winner, or null when all have failed or time is up. */
    Winner run() throws IOException {
        long nextStart = System.nanoTime();
        while (next < addresses.size() || pending > 0) {
            if (limit.passed()) {
                late();
                return null;
            }
            if (next < addresses.size() && (pending == 0 || System.nanoTime() - nextStart >= 0)) {
                nextStart = System.nanoTime() + STAGGER_NANOS;
                Winner atOnce = start(addresses.get(next++));
                if (atOnce != null) {
                    return atOnce;
                }
            }
            long pause = Math.min(limit.nanosLeft(), next < addresses.size() ? nextStart - System.nanoTime()
                    : Long.MAX_VALUE);
            Winner winner = pending == 0 ? null : select(Math.max(1, pause / 1_000_000));
            if (winner != null) {
                return winner;
            }
        }
        return null;
    }

    /** The winner, when the address is so near that it is connected at once. */
    private Winner start(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (channel.connect(address)) {
                channel.configureBlocking(true);
                return new Winner(channel, address);
            }
            channel.register(selector, SelectionKey.OP_CONNECT, address);
            pending++;
        } catch (IOException | UnsupportedAddressTypeException failed) {
            channel.close();
            fail(address, failed);
        }
        return null;
    }

    private Winner select(long millis) throws IOException {
        selector.select(millis);
        if (Thread.currentThread().isInterrupted()) {
            throw Failures.interrupted("connect to " + addresses);
        }
        List<SelectionKey> ready = new ArrayList<>(selector.selectedKeys());
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
            SocketChannel channel = (SocketChannel) key.channel();
            try {
                if (channel.finishConnect()) {
                    key.cancel();
                    selector.selectNow();
                    channel.configureBlocking(true);
                    return new Winner(channel, (InetSocketAddress) key.attachment());
                }
            } catch (IOException failed) {
                pending--;
                key.cancel();
                channel.close();
                fail((InetSocketAddress) key.attachment(), failed);
            }
        }
        return null;
    }

    private void late() {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid()) {
                fail((InetSocketAddress) key.attachment(), new IOException("no answer"));
            }
        }
        for (InetSocketAddress address : addresses.subList(next, addresses.size())) {
            fail(address, new IOException("no time left"));
        }
    }

    private void fail(InetSocketAddress address, Exception failure) {
        failures.add(new IOException(new Endpoint.Tcp(address) + ": " + Failures.text(failure), failure));
    }

    /** Closes all but the winner. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
