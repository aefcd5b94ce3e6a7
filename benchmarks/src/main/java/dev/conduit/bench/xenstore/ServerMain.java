package dev.conduit.bench.xenstore;

import dev.conduit.bench.figure.Heap;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The embedded server in a process of its own: {@code ServerMain SOCKET}. It prints {@code ready}, then answers each
 * line of its standard input by one: {@code listen DOMAIN SOCKET}, {@code unlisten SOCKET}, {@code heap}. It ends with
 * its standard input.
 */
public final class ServerMain {

    private ServerMain() {}

    /**
     * Runs the server.
     *
     * @param args see the class comment
     * @throws IOException when the socket cannot be made
     */
    public static void main(String[] args) throws IOException {
        try (XenStoreServer server = XenStoreServer.start(ServerOptions.defaults());
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            server.listen(Path.of(args[0]), 0);
            System.out.println("ready");
            for (String line; (line = in.readLine()) != null; ) {
                System.out.println(answer(server, line.split(" ")));
            }
        }
    }

    private static String answer(XenStoreServer server, String[] words) throws IOException {
        switch (words[0]) {
            case "listen" -> {
                int domain = Integer.parseInt(words[1]);
                server.introduce(domain);
                server.listen(Path.of(words[2]), domain);
                return "ok";
            }
            case "unlisten" -> {
                server.unlisten(Path.of(words[1]));
                return "ok";
            }
            case "heap" -> {
                return Long.toString(Heap.used());
            }
            default -> throw new IOException("unknown request '" + words[0] + "'");
        }
    }
}
