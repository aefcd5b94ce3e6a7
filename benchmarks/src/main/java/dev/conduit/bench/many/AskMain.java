package dev.conduit.bench.many;

import dev.conduit.bench.figure.Heap;
import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.vchan.VchanSelector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The asking process, with all its connections in one selector as well. {@code AskMain DIR}. */
final class AskMain {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MESSAGE = 64;

    private final Conduit conduit;
    private final VchanSelector<ConduitConnection> selector;
    private final List<ConduitConnection> connections = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE);

    private AskMain(Conduit conduit, VchanSelector<ConduitConnection> selector) {
        this.conduit = conduit;
        this.selector = selector;
    }

    /**
     * Answers the lines {@code open COUNT} with the number of connections, {@code rounds ACTIVE COUNT} with nanoseconds
     * a message and its reply, and {@code heap} with bytes, until standard input ends.
     */
    public static void main(String[] args) throws IOException {
        try (Platform platform = LocalPlatform.open(Path.of(args[0]), "ask");
                Conduit conduit = Conduit.open(platform);
                VchanSelector<ConduitConnection> selector = VchanSelector.open(platform);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            AskMain ask = new AskMain(conduit, selector);
            System.out.println("ready");
            for (String line; (line = in.readLine()) != null; ) {
                System.out.println(ask.answer(line.split(" ")));
            }
        }
    }

    private long answer(String[] words) throws IOException {
        return switch (words[0]) {
            case "open" -> open(Integer.parseInt(words[1]));
            case "rounds" -> rounds(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "heap" -> Heap.used();
            default -> throw new IOException("unknown request '" + words[0] + "'");
        };
    }

    private int open(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            ConduitConnection connection = conduit.connect(EchoMain.NAME, LIMIT);
            connection.register(selector, connection);
            connections.add(connection);
        }
        return connections.size();
    }

    /** A round is one message on each of the first connections, and their replies. */
    private long rounds(int active, int count) throws IOException {
        long begin = System.nanoTime();
        for (int round = 0; round < count; round++) {
            for (int i = 0; i < active; i++) {
                connections.get(i).write(buffer.clear());
            }
            for (int missing = active; missing > 0; ) {
                List<ConduitConnection> ready = selector.select(LIMIT);
                if (ready.isEmpty()) {
                    throw new IOException(missing + " of " + active + " replies did not come within " + LIMIT);
                }
                for (ConduitConnection connection : ready) {
                    if (!connection.receive(buffer.clear(), LIMIT)) {
                        throw new IOException("the serving process closed");
                    }
                    missing--;
                }
            }
        }
        return (System.nanoTime() - begin) / active / count;
    }
}
