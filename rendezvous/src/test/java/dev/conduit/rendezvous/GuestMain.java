package dev.conduit.rendezvous;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A guest in a JVM of its own; what it does says its first argument, under which name its second. */
final class GuestMain {

    private static final Duration LONG = Duration.ofSeconds(30);

    private GuestMain() {}

    public static void main(String[] args) throws IOException {
        try (Conduit conduit = Conduit.open()) {
            switch (args[0]) {
                case "pour-server" -> pourServer(conduit, args[1]);
                case "pour-client" -> pour(announce(conduit.connect(args[1], LONG)), Long.MAX_VALUE);
                case "send-and-exit" -> {
                    try (ConduitConnection connection = announce(conduit.connect(args[1], LONG))) {
                        pour(connection, 1000);
                    }
                }
                case "answer-and-exit" -> {
                    try (ConduitServer server = announce(conduit.listen(args[1]));
                            ConduitConnection connection = server.accept(LONG)) {
                        pour(connection, 1000);
                    }
                }
                case "connect-and-halt" -> {
                    pour(announce(conduit.connect(args[1], LONG)), 1000);
                    Runtime.getRuntime().halt(3);
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
        }
    }

    private static void pourServer(Conduit conduit, String name) throws IOException {
        ConduitServer server = announce(conduit.listen(name));
        while (true) {
            ConduitConnection connection = server.accept();
            Thread thread = new Thread(() -> {
                try (connection) {
                    pour(connection, Long.MAX_VALUE);
                } catch (IOException left) {
                    System.err.println(left.getMessage());
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Counts aloud: eight bytes a number. */
    private static void pour(ConduitConnection connection, long count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(8 * 100);
        for (long next = 0; next < count; ) {
            buffer.clear();
            while (buffer.hasRemaining()) {
                buffer.putLong(next++);
            }
            connection.write(buffer.flip());
        }
    }

    private static <T> T announce(T ready) {
        System.out.println("ready");
        return ready;
    }
}
