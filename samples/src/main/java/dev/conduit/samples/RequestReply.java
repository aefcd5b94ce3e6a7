package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;

/**
 * Request and reply, with a thread for each connection: a server that adds up.
 *
 * <pre>
 * RequestReply serve NAME             until it is stopped
 * RequestReply add NAME NUMBERS...    prints the running total after each number
 * </pre>
 */
public final class RequestReply {

    private RequestReply() {}

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
            } else if (args.length > 2 && args[0].equals("add")) {
                add(conduit, args);
            } else {
                System.err.println("usage: RequestReply serve NAME | RequestReply add NAME NUMBERS...");
                System.exit(2);
            }
        }
    }

    private static void serve(Conduit conduit, String name) throws IOException {
        try (ConduitServer server = conduit.listen(name)) {
            System.out.println("listening as " + name);
            while (true) {
                ConduitConnection client = server.accept();
                Thread thread = new Thread(() -> answer(client), "client " + client.peerName());
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void answer(ConduitConnection client) {
        try (client) {
            DataInputStream requests = new DataInputStream(new BufferedInputStream(client.input()));
            DataOutputStream replies = new DataOutputStream(new BufferedOutputStream(client.output()));
            long total = 0;
            while (requests.readBoolean()) {
                total += requests.readLong();
                replies.writeLong(total);
                replies.flush();
            }
        } catch (IOException failed) {
            System.err.println(client.peerName() + ": " + failed.getMessage());
        }
    }

    private static void add(Conduit conduit, String[] args) throws IOException {
        try (ConduitConnection server = conduit.connect(args[1], Duration.ofSeconds(5))) {
            DataOutputStream requests = new DataOutputStream(new BufferedOutputStream(server.output()));
            DataInputStream replies = new DataInputStream(new BufferedInputStream(server.input()));
            for (int i = 2; i < args.length; i++) {
                requests.writeBoolean(true);
                requests.writeLong(Long.parseLong(args[i]));
                requests.flush();
                System.out.println(replies.readLong());
            }
            requests.writeBoolean(false);
            requests.flush();
        }
    }
}
