package dev.conduit.synjitsu.socket;

import dev.conduit.synjitsu.layer8.Hosts;
import dev.conduit.synjitsu.layer8.Refusal;
import dev.conduit.synjitsu.layer8.Wish;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Finds out which service behind an address a client wants, before any of them is up. */
final class Reception {

    /** Longest time a client may take to say it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What a refused client still sends is read for so long, or its answer would be lost to a reset. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final int FAREWELL_BYTES = 1 << 20;

    private final Client client;
    private ByteBuffer early = ByteBuffer.allocate(0);

    Reception(Client client) {
        this.client = client;
    }

    /**
     * Reads until it is known. Blocks.
     *
     * @param left longest wait of the client in all
     * @return how to reach the service; empty when the client was told that there is none
     * @throws IOException when the client is to be reset, as nothing can be said to it; one line that says why
     */
    Optional<Upstream> choose(Hosts<Upstream> hosts, Duration left) throws IOException {
        if (!hosts.isNamed()) {
            return hosts.other();
        }
        Wish wish = listen(left.compareTo(PATIENCE) < 0 ? left : PATIENCE);
        Optional<Upstream> chosen = hosts.choose(wish);
        if (chosen.isEmpty()) {
            refuse(wish);
        }
        return chosen;
    }

    /** What the client has sent so far, to be read. */
    ByteBuffer early() {
        return early.duplicate().flip();
    }

    private Wish listen(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        early = ByteBuffer.allocate(Wish.MAX_BYTES);
        Wish wish = Wish.read(early());
        while (wish.state() == Wish.State.UNDECIDED) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            try {
                if (left.toMillis() < 1 || client.receive(early, left) < 0) {
                    return wish;
                }
            } catch (SocketTimeoutException silent) {
                return wish;
            }
            wish = Wish.read(early());
        }
        return wish;
    }

    private void refuse(Wish wish) throws IOException {
        ByteBuffer answer = Refusal.of(wish);
        if (!answer.hasRemaining()) {
            throw new IOException(client.remote() + " did not say which host it wants");
        }
        client.send(answer);
        client.sent();
        long deadline = System.nanoTime() + FAREWELL.toNanos();
        ByteBuffer rest = ByteBuffer.allocate(Wish.MAX_BYTES);
        for (int left = FAREWELL_BYTES; left > 0; left -= rest.position()) {
            Duration patience = Duration.ofNanos(deadline - System.nanoTime());
            try {
                if (patience.toMillis() < 1 || client.receive(rest.clear(), patience) < 0) {
                    return;
                }
            } catch (SocketTimeoutException silent) {
                return;
            }
        }
    }
}
