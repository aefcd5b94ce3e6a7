package dev.conduit.cli;

import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.core.net.TcpChannel;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.synjitsu.adopt.Acceptor;
import dev.conduit.synjitsu.adopt.Adopter;
import dev.conduit.synjitsu.adopt.ServiceInterface;
import dev.conduit.synjitsu.adopt.Takeover;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The service of {@code conduit demo} that sleeps: one page for each connection; not for people. */
@Command(name = "demo-www", hidden = true)
final class DemoWwwCommand implements Callable<Integer> {

    static final String NAME = "www";
    static final String PAGE = "hello from a service that was asleep\n";

    private static final int PORT = 80;
    private static final String DEVICE = "eth0";
    private static final Duration LONG = Duration.ofSeconds(60);

    /** How it gets connections. */
    enum Way {
        /** Those the front kept, and then its own. */
        adopt,
        /** Its own, once its interface is up: there is no front. */
        link,
        /** By conduit. */
        conduit
    }

    @Parameters(index = "0")
    private Way way;

    @Parameters(index = "1", description = "It ends when this is gone.")
    private Path folder;

    @Parameters(index = "2", description = "Address and prefix, or anything when there is no network.")
    private String address;

    @Override
    public Integer call() throws Exception {
        Thread end = new Thread(this::endWithDemo, "demo-end");
        end.setDaemon(true);
        end.start();
        try (Platform platform = Platforms.open()) {
            if (way == Way.conduit) {
                serveConduits(platform);
            } else {
                serveTcp(platform);
            }
        }
        return 0;
    }

    /** The directory leaves its guests running when it is killed. */
    private void endWithDemo() {
        try {
            while (Files.exists(folder)) {
                Thread.sleep(500);
            }
        } catch (InterruptedException ending) {
            return;
        }
        Runtime.getRuntime().halt(1);
    }

    private void serveConduits(Platform platform) throws IOException {
        try (Conduit conduit = Conduit.open(platform); ConduitServer server = conduit.listen(NAME)) {
            while (true) {
                try (ConduitConnection client = server.accept()) {
                    answer(client);
                    client.drain(LONG);
                }
            }
        }
    }

    private void serveTcp(Platform platform) throws IOException, InterruptedException {
        ServiceInterface addresses = new ServiceInterface(DEVICE, List.of(ServiceInterface.Address.parse(address)));
        try (Adopter adopter = new Adopter();
                Acceptor acceptor = Acceptor.listen(new InetSocketAddress(PORT), 100)) {
            if (way == Way.link) {
                SleepNetwork.call(List.of("ip", "link", "set", DEVICE, "up"));
            }
            Takeover.run(platform.xenStore(), NAME, adopter, addresses, acceptor::add, LONG);
            platform.xenStore().write("data/state", "up");
            while (true) {
                try (TcpChannel client = acceptor.accept(Duration.ofDays(1))) {
                    client.timeout(LONG);
                    answer(client);
                }
            }
        }
    }

    private static void answer(ByteChannel client) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(8192);
        while (client.read(request) >= 0 && !text(request).contains("\r\n\r\n")) {
            // The rest of the request is still to come.
        }
        ByteBuffer response = ByteBuffer.wrap(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + PAGE.length()
                + "\r\n\r\n" + PAGE).getBytes(StandardCharsets.US_ASCII));
        while (response.hasRemaining()) {
            client.write(response);
        }
    }

    private static String text(ByteBuffer bytes) {
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }
}
