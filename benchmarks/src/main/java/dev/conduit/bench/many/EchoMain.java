package dev.conduit.bench.many;

import dev.conduit.bench.figure.Heap;
import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ListenOptions;
import dev.conduit.vchan.VchanSelector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** The serving process: sends back what comes, all connections by one thread. {@code EchoMain DIR RING-BYTES}. */
final class EchoMain {

    /** Whom it answers. */
    static final String NAME = "echo";

    private static final Duration TURN = Duration.ofSeconds(1);
    private static final int LARGEST = 4096;

    private EchoMain() {}

    /** Answers each line on standard input with the bytes of its heap, until the input ends. */
    public static void main(String[] args) throws IOException {
        int ring = Integer.parseInt(args[1]);
        try (Platform platform = LocalPlatform.open(Path.of(args[0]), "serve");
                Conduit conduit = Conduit.open(platform);
                VchanSelector<ConduitConnection> selector = VchanSelector.open(platform);
                ConduitServer server = conduit.listen(NAME, ListenOptions.defaults().withRings(ring, ring));
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            start("accepting", () -> acceptAll(server, selector));
            start("serving", () -> serveAll(selector));
            System.out.println("ready");
            while (in.readLine() != null) {
                System.out.println(Heap.used());
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (ClosedChannelException end) {
                return;
            } catch (IOException failed) {
                System.err.println(name + " failed: " + failed.getMessage());
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void acceptAll(ConduitServer server, VchanSelector<ConduitConnection> selector) throws IOException {
        while (true) {
            ConduitConnection connection = server.accept();
            connection.register(selector, connection);
        }
    }

    private static void serveAll(VchanSelector<ConduitConnection> selector) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
        while (true) {
            for (ConduitConnection connection : selector.select(TURN)) {
                if (connection.tryRead(buffer.clear()) < 0) {
                    connection.close();
                } else {
                    connection.write(buffer.flip());
                }
            }
        }
    }
}
