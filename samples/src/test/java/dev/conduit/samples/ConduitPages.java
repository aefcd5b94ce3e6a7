package dev.conduit.samples;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A guest without a network, for tests: answers HTTP on its conduit, with its name and the client's address of the PROXY
 * protocol, version 2; a PUT with the number of its bytes.
 */
public final class ConduitPages {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int PROXY_FIXED = 16;

    private ConduitPages() {}

    /** @param args the conduit's name */
    public static void main(String[] args) throws IOException {
        ExecutorService workers = Executors.newCachedThreadPool();
        try (Conduit conduit = Conduit.open(); ConduitServer server = conduit.listen(args[0])) {
            while (true) {
                ConduitConnection connection = server.accept(Duration.ofDays(1));
                workers.execute(() -> answer(connection, args[0]));
            }
        }
    }

    private static void answer(ConduitConnection connection, String name) {
        try (connection) {
            InputStream input = connection.input();
            ByteBuffer proxy = ByteBuffer.wrap(input.readNBytes(PROXY_FIXED));
            byte[] addresses = input.readNBytes(proxy.getShort(PROXY_FIXED - Short.BYTES));
            // Two addresses of 4 or 16 bytes, and two ports.
            String client = InetAddress.getByAddress(Arrays.copyOf(addresses, addresses.length / 2 - Short.BYTES))
                    .getHostAddress();
            String head = head(input);
            long received = 0;
            int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ");
            if (at >= 0) {
                long length = Long.parseLong(head.substring(at + 16, head.indexOf('\r', at)));
                byte[] buffer = new byte[1 << 16];
                while (received < length) {
                    int count = input.read(buffer, 0, (int) Math.min(buffer.length, length - received));
                    if (count < 0) {
                        break;
                    }
                    received += count;
                }
            }
            String page = name + " greets " + client + (received == 0 ? "" : ", got " + received) + "\n";
            connection.write(ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + page.length()
                    + "\r\n\r\n" + page).getBytes(StandardCharsets.US_ASCII)));
            connection.drain(LONG);
        } catch (IOException gone) {
            System.err.println("a client has gone: " + gone.getMessage());
        }
    }

    private static String head(InputStream input) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = input.read();
            if (next < 0) {
                throw new IOException("the request ended in its head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
