package dev.conduit.synjitsu.socket;

import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.vchan.VchanTimeoutException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A conduit to the service. */
final class ConduitLeg implements Leg {

    /** Far beyond any transfer; the end or death of a side ends a wait long before. */
    private static final Duration FOREVER = Duration.ofDays(365);

    /** How often a receiver looks whether the other side is through. */
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** Longest silence of the service once the client has sent everything. */
    private static final long SILENCE_NANOS = 5_000_000_000L;
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final ConduitConnection connection;
    private volatile boolean sent;

    ConduitLeg(ConduitConnection connection) {
        this.connection = connection;
    }

    @Override
    public void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            connection.write(bytes, FOREVER);
        }
        connection.flush();
    }

    @Override
    public void sent() throws IOException {
        connection.flush();
        sent = true;
    }

    @Override
    public int receive(ByteBuffer target) throws IOException {
        long silentSince = System.nanoTime();
        while (true) {
            try {
                return connection.read(target, LOOK);
            } catch (VchanTimeoutException silent) {
                if (!sent) {
                    silentSince = System.nanoTime();
                } else if (System.nanoTime() - silentSince > SILENCE_NANOS) {
                    return -1;
                }
            }
        }
    }

    @Override
    public boolean takesMore() {
        return false;
    }

    /** What was sent is still to be read. */
    @Override
    public void close() {
        connection.close(DRAIN);
    }
}
