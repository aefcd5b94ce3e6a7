package dev.conduit.bench.startup;

import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The guest: takes one byte from whom it is told. It prints the Java release and then System.nanoTime in main, with the
 * platform, after the first exchange with XenStore, with the connection, and with the byte. {@code GuestMain NAME}.
 */
final class GuestMain {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private GuestMain() {}

    public static void main(String[] args) throws IOException {
        long entered = System.nanoTime();
        try (Platform platform = Platforms.open()) {
            long opened = System.nanoTime();
            try (Conduit conduit = Conduit.open(platform)) {
                long exchanged = System.nanoTime();
                try (ConduitConnection connection = conduit.connect(args[0], LIMIT)) {
                    long connected = System.nanoTime();
                    if (connection.read(ByteBuffer.allocate(1), LIMIT) != 1) {
                        throw new IOException("'" + args[0] + "' closed without a byte");
                    }
                    long received = System.nanoTime();
                    System.out.println(Runtime.version().feature() + " " + entered + " " + opened + " " + exchanged
                            + " " + connected + " " + received);
                }
            }
        }
    }
}
