package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.resolver.Connection;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * ConnectByUri: sends words to whatever a URI leads to, and prints what comes back, and from where.
 *
 * <pre>
 * ConnectByUri URI WORDS...   such as conduit://echo, http://www.lab.test, tcp://127.0.0.1:7 or unix:///run/echo.sock
 * </pre>
 */
public final class ConnectByUri {

    private ConnectByUri() {}

    /**
     * Runs the sample.
     *
     * @param args see the class comment
     * @throws IOException when something fails
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: ConnectByUri URI WORDS...");
            System.exit(2);
        }
        byte[] words = String.join(" ", args).substring(args[0].length() + 1).getBytes(StandardCharsets.UTF_8);
        try (Conduit conduit = Conduit.open();
                Connection connection = conduit.connect(URI.create(args[0]), Duration.ofSeconds(5))) {
            connection.output().write(words);
            byte[] reply = connection.input().readNBytes(words.length);
            System.out.println(new String(reply, StandardCharsets.UTF_8) + " (by " + connection.endpoint() + ")");
        }
    }
}
