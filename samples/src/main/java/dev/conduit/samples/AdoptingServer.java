package dev.conduit.samples;

import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.core.net.TcpChannel;
import dev.conduit.synjitsu.adopt.Acceptor;
import dev.conduit.synjitsu.adopt.Adopter;
import dev.conduit.synjitsu.adopt.ServiceInterface;
import dev.conduit.synjitsu.adopt.Takeover;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * AdoptingServer: answers every connection with a page; begins with those that clients made before it ran, and that the
 * front of {@code conduit jitsud} kept for it.
 *
 * <pre>
 * AdoptingServer SERVICE PORT DEVICE ADDRESS/PREFIX...   such as: www 80 eth0 10.9.0.10/24
 * </pre>
 */
public final class AdoptingServer {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration FOREVER = Duration.ofDays(365);

    private AdoptingServer() {}

    /**
     * Runs the sample.
     *
     * @param args see the class comment
     * @throws IOException when something fails
     * @throws InterruptedException when it is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 4) {
            System.err.println("usage: AdoptingServer SERVICE PORT DEVICE ADDRESS/PREFIX...");
            System.exit(2);
        }
        ServiceInterface addresses = new ServiceInterface(args[2],
                Arrays.stream(args).skip(3).map(ServiceInterface.Address::parse).toList());
        ExecutorService workers = Executors.newCachedThreadPool();
        try (Platform platform = Platforms.open();
                Adopter adopter = new Adopter();
                Acceptor acceptor = Acceptor.listen(new InetSocketAddress(Integer.parseInt(args[1])), 1000)) {
            Takeover.run(platform.xenStore(), args[0], adopter, addresses, acceptor::add, LONG)
                    .ifPresent(count -> System.out.println("took " + count + " connections over"));
            platform.xenStore().write("data/state", "up");
            while (true) {
                TcpChannel client = acceptor.accept(FOREVER);
                workers.execute(() -> answer(client));
            }
        }
    }

    private static void answer(TcpChannel client) {
        try (client) {
            client.timeout(LONG);
            ByteBuffer request = ByteBuffer.allocate(4096);
            while (client.read(request) >= 0 && !new String(request.array(), 0, request.position(),
                    StandardCharsets.US_ASCII).contains("\r\n\r\n")) {
                // The rest of the request is still to come.
            }
            String page = "hello " + client.remoteAddress().getAddress().getHostAddress() + "\n";
            ByteBuffer response = ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + page.length()
                    + "\r\n\r\n" + page).getBytes(StandardCharsets.US_ASCII));
            while (response.hasRemaining()) {
                client.write(response);
            }
        } catch (IOException gone) {
            System.err.println("a client has gone: " + gone.getMessage());
        }
    }
}
