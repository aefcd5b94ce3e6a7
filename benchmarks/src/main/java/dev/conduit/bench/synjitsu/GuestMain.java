package dev.conduit.bench.synjitsu;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.net.TcpChannel;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.synjitsu.adopt.Acceptor;
import dev.conduit.synjitsu.adopt.Adopter;
import dev.conduit.synjitsu.adopt.ServiceInterface;
import dev.conduit.synjitsu.adopt.Takeover;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The guest: boots when it is told to, and serves until it is told {@code off}. The boot is a wait, as long as it is told.
 * After it the guest opens its sockets, and takes its address over from the front ({@code adopt}), or puts it on its device
 * ({@code plain}); then, {@code alone}, says when it would accept a connection.
 */
final class GuestMain {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int BACKLOG = 128;
    private static final ServiceInterface ADDRESSES = new ServiceInterface(SleepNetwork.DEVICE,
            List.of(ServiceInterface.Address.parse(SleepNetwork.SERVICE + SleepNetwork.PREFIX)));

    private final LocalPlatform platform;
    private final Conduit conduit;
    private final Adopter adopter = new Adopter();
    private Closeable server;

    private GuestMain(LocalPlatform platform, Conduit conduit) {
        this.platform = platform;
        this.conduit = conduit;
    }

    /** @param args folder of the host */
    public static void main(String[] args) throws Exception {
        try (LocalPlatform platform = LocalPlatform.open(Path.of(args[0]), SleepService.NAME);
                Conduit conduit = Conduit.open(platform);
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            GuestMain guest = new GuestMain(platform, conduit);
            Takeover.warmUp(platform.xenStore(), SleepService.NAME, guest.adopter);
            System.out.println(platform.self().value());
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                guest.obey(line.split(" "));
            }
        }
    }

    private void obey(String[] words) throws IOException, InterruptedException {
        if (words[0].equals("off")) {
            off();
            System.out.println("off");
            return;
        }
        Thread.sleep(Long.parseLong(words[1]));
        if (words[0].equals("conduit")) {
            ConduitServer names = conduit.listen(SleepService.NAME);
            server = names::close;
            serve("conduits", names::accept);
        } else {
            Acceptor acceptor = Acceptor.listen(new InetSocketAddress(Frames.PORT), BACKLOG);
            server = acceptor;
            serve("sockets", () -> accept(acceptor));
            comeUp(words[0], acceptor);
        }
    }

    private void comeUp(String how, Acceptor acceptor) throws IOException, InterruptedException {
        if (how.equals("adopt")) {
            Takeover.run(platform.xenStore(), SleepService.NAME, adopter, ADDRESSES, acceptor::add, LONG);
            platform.xenStore().write(SleepService.READY, "up");
        } else {
            ADDRESSES.put();
            if (how.equals("alone")) {
                System.out.println(System.nanoTime());
            }
        }
    }

    private void off() throws IOException {
        server.close();
        ADDRESSES.remove();
        // A guest that boots knows nobody, and not where a front has told it that its client is.
        SleepNetwork.call(List.of("ip", "neighbour", "flush", "dev", SleepNetwork.DEVICE));
        if (platform.xenStore().exists(SleepService.READY)) {
            platform.xenStore().remove(SleepService.READY);
        }
    }

    private static TcpChannel accept(Acceptor acceptor) throws IOException {
        TcpChannel channel = acceptor.accept(Duration.ofDays(1));
        channel.timeout(LONG);
        return channel;
    }

    private interface Source {
        ByteChannel next() throws IOException;
    }

    private static void serve(String name, Source source) {
        thread(name, () -> {
            while (true) {
                ByteChannel client = source.next();
                thread("client", () -> Transfer.serve(client));
            }
        });
    }

    private interface Body {
        void run() throws IOException;
    }

    private static void thread(String name, Body body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (IOException closed) {
                // The server or the client is gone.
            }
        }, name);
        thread.setDaemon(true);
        thread.start();
    }
}
