package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitPeerLostException;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Echo: a server that sends back what it gets, one client after the other.
 *
 * <pre>
 * Echo serve NAME           until it is stopped
 * Echo say NAME WORDS...    sends the words, prints what comes back
 * </pre>
 */
public final class Echo {

    private Echo() {}

    /**
     * Runs the sample.
     *
     * @param args see the class comment
     * @throws IOException when something fails
     */
    public static void main(String[] args) throws IOException {
        try (Conduit conduit = Conduit.open()) {
            if (args.length == 2 && args[0].equals("serve")) {
                serve(conduit, args[1]);
            } else if (args.length > 2 && args[0].equals("say")) {
                say(conduit, args[1], String.join(" ", args).substring(args[0].length() + args[1].length() + 2));
            } else {
                System.err.println("usage: Echo serve NAME | Echo say NAME WORDS...");
                System.exit(2);
            }
        }
    }

    private static void serve(Conduit conduit, String name) throws IOException {
        try (ConduitServer server = conduit.listen(name)) {
            System.out.println("listening as " + name);
            ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
            while (true) {
                try (ConduitConnection client = server.accept()) {
                    System.out.println("serving " + client.peerName());
                    while (client.read(buffer.clear()) >= 0) {
                        client.write(buffer.flip());
                    }
                } catch (ConduitPeerLostException lost) {
                    System.out.println(lost.getMessage());
                }
            }
        }
    }

    private static void say(Conduit conduit, String name, String words) throws IOException {
        byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
        try (ConduitConnection server = conduit.connect(name, Duration.ofSeconds(5))) {
            server.output().write(bytes);
            System.out.println(new String(server.input().readNBytes(bytes.length), StandardCharsets.UTF_8));
        }
    }
}
