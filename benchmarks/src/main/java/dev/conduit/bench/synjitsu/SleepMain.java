package dev.conduit.bench.synjitsu;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.core.net.FrameLink;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.TrafficMeter;
import dev.conduit.rendezvous.directory.config.Launchers;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.synjitsu.handover.TcpFront;
import dev.conduit.synjitsu.socket.SocketFrontOptions;
import dev.conduit.synjitsu.socket.SocketFronts;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The host of {@link SleepNetwork}: a client asks for a service that sleeps, through each front, with each boot time. */
final class SleepMain {

    private static final int SOCKET_PORT = 8081;
    private static final int SYSTEMD_PORT = 8082;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FRONT_STATE = "/local/domain/0/data/synjitsu/" + SleepService.NAME + "/state";

    private final SleepPlan plan;
    private final LocalPlatform self;
    private final XenStoreClient store;
    private final Helper guest;
    private final Helper client;
    private final GuestLauncher launcher;
    /** How long each boot is: until the service would accept a connection with nothing between. Milliseconds. */
    private final Map<Integer, Double> bootMillis = new HashMap<>();
    /** Ways in which a client came already: the first time is that of code which has not run before. */
    private String known = "";

    private SleepMain(SleepPlan plan, LocalPlatform self, XenStoreClient store, Helper guest, Helper client, int domain) {
        this.plan = plan;
        this.self = self;
        this.store = store;
        this.guest = guest;
        this.client = client;
        launcher = new GuestLauncher(guest, domain);
    }

    /** @param args folder of a host to be made, and a {@link SleepPlan} */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        SleepPlan plan = SleepPlan.parse(Arrays.copyOfRange(args, 1, args.length));
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
                XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket());
                LocalPlatform self = LocalPlatform.open(folder, "jitsud");
                Helper guest = new Helper(plan.guest(), GuestMain.class, folder.toString());
                Helper client = new Helper(plan.client(), ClientMain.class)) {
            SleepMain main = new SleepMain(plan, self, store, guest, client, Integer.parseInt(guest.greeting()));
            main.flood();
            main.boots();
            main.tcp("front that hands over", "adopt", SleepService.adopting(SleepNetwork.SERVICE));
            main.tcp("front that replays", "plain", SleepService.replayed(SleepNetwork.SERVICE));
            main.sockets();
            main.systemd();
            main.nobody();
        }
    }

    /** From telling the guest until it would accept, with its address put on its device. */
    private void boots() throws IOException {
        aloneMillis(0);
        for (int boot : plan.boots()) {
            double[] millis = new double[plan.repetitions(boot)];
            for (int i = 0; i < millis.length; i++) {
                millis[i] = aloneMillis(boot);
                Samples.say("boot of " + boot + " ms, until the service accepts without a front", "ms", millis[i]);
            }
            Arrays.sort(millis);
            bootMillis.put(boot, millis[millis.length / 2]);
        }
    }

    private double aloneMillis(int boot) throws IOException {
        long begin = System.nanoTime();
        double millis = (Long.parseLong(guest.ask("alone " + boot)) - begin) / 1e6;
        guest.ask("off");
        return millis;
    }

    private void tcp(String way, String how, ServiceSettings service) throws Exception {
        try (FrameLink link = FrameLink.tap(SleepNetwork.TAP);
                TcpFront front = TcpFront.open(link, Frames.FRONT, store, new TableOptions(), note -> { });
                Directory directory = directory(service, front)) {
            front.serve(directory);
            for (int boot : plan.boots()) {
                for (int i = 0; i < plan.repetitions(boot); i++) {
                    awaitFront();
                    fetch(way, how, boot, SleepNetwork.SERVICE, Frames.PORT);
                    if (i == 0 && how.equals("adopt")) {
                        throughput();
                    }
                    stop(directory);
                }
            }
        }
        TcpFront.removeAll(store);
    }

    /** The connection that was adopted, and one that the guest took itself, in turn. */
    private void throughput() throws IOException {
        String size = " of " + plan.bytes() / 1_000_000 + " MB";
        for (int i = 0; i < plan.transfers(); i++) {
            sayRates("adopted", size, client.ask("rate " + plan.bytes()));
            sayRates("direct", size, client.ask("direct " + SleepNetwork.SERVICE + " " + Frames.PORT + " " + plan.bytes()));
        }
    }

    private void sayRates(String which, String size, String answer) {
        String[] nanos = answer.split(" ");
        for (int i = 0; i < nanos.length; i++) {
            Samples.say("throughput, " + which + " connection, to the " + (i == 0 ? "client" : "service") + size, "Gb/s",
                    plan.bytes() * 8.0 / Long.parseLong(nanos[i]));
        }
    }

    /** Nobody is there to boot anything. Each SYN is in XenStore before it is answered. */
    private void flood() throws Exception {
        ServiceSettings service = SleepService.adopting(SleepNetwork.SERVICE);
        try (FrameLink link = FrameLink.tap(SleepNetwork.TAP);
                TcpFront front = TcpFront.open(link, Frames.FRONT, store, new TableOptions(), note -> { })) {
            front.arm(service);
            awaitFront();
            long nanos = Long.parseLong(client.ask("flood " + SleepNetwork.SERVICE + " " + Frames.FRONT + " " + plan.syns()));
            Samples.say("SYNs answered through a TAP device, each kept in XenStore", "1/s", plan.syns() * 1e9 / nanos);
        }
        TcpFront.removeAll(store);
    }

    private void sockets() throws Exception {
        ServiceSettings service = SleepService.byConduit(SleepNetwork.HOST, SOCKET_PORT);
        try (Conduit conduit = Conduit.open(self);
                SocketFronts fronts = new SocketFronts(conduit, SocketFrontOptions.defaults(), note -> { });
                Directory directory = directory(service, fronts)) {
            fronts.serve(directory);
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (!fronts.holds(service)) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException("the front of sockets does not listen");
                }
                Thread.onSpinWait();
            }
            for (int boot : plan.boots()) {
                for (int i = 0; i < plan.repetitions(boot); i++) {
                    fetch("front of sockets, to a conduit", "conduit", boot, SleepNetwork.HOST, SOCKET_PORT);
                    stop(directory);
                }
            }
        }
    }

    private void systemd() throws Exception {
        Optional<String> missing = SocketActivation.missing();
        if (missing.isPresent()) {
            System.out.println("systemd's socket activation is left out: " + missing.get());
            return;
        }
        for (int boot : plan.boots()) {
            for (int i = 0; i < plan.repetitions(boot); i++) {
                SocketActivation peer = SocketActivation.start(SleepNetwork.HOST + ":" + SYSTEMD_PORT,
                        SleepNetwork.SERVICE + ":" + Frames.PORT);
                try {
                    CompletableFuture<Void> booted = CompletableFuture.runAsync(() -> boot(peer, boot));
                    fetch("systemd-socket-activate and -proxyd", "", boot, SleepNetwork.HOST, SYSTEMD_PORT);
                    booted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    client.ask("close");
                } finally {
                    peer.close();
                }
                guest.ask("off");
            }
        }
    }

    private void boot(SocketActivation peer, int boot) {
        try {
            peer.awaitClient();
            guest.ask("alone " + boot);
            peer.booted();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Somebody has asked for the service at the moment its client connects; nobody answers the client. */
    private void nobody() throws Exception {
        String mac = SleepNetwork.in(plan.guest(), "cat", "/sys/class/net/" + SleepNetwork.DEVICE + "/address");
        SleepNetwork.in(plan.client(), "ip", "neighbour", "replace", SleepNetwork.SERVICE, "lladdr", mac, "dev",
                SleepNetwork.DEVICE, "nud", "permanent");
        try (Directory directory = directory(SleepService.adopting(SleepNetwork.SERVICE), Front.NONE)) {
            for (int boot : plan.boots()) {
                launcher.boot("adopt " + boot);
                directory.ask(SleepService.NAME, Cause.CALL, "bench", PATIENCE);
                fetch("no front", "adopt", boot, SleepNetwork.SERVICE, Frames.PORT);
                stop(directory);
            }
        }
    }

    private Directory directory(ServiceSettings service, Front front) throws InterruptedException {
        return Directory.open(SleepService.configuration(service), new Directory.Tools(
                new Launchers(self, List.of(launcher)), store, front, (name, domain) -> TrafficMeter.UNKNOWN, note -> { }));
    }

    private void fetch(String way, String how, int boot, String host, int port) throws IOException {
        launcher.boot(how + " " + boot);
        String[] times = client.ask("first " + host + " " + port).split(" ");
        String which = known.contains(way) ? "" : ", first of the JVMs";
        known += way;
        double millis = Long.parseLong(times[1]) / 1e6;
        Samples.say("first byte after a boot of " + boot + " ms, " + way + which, "ms", millis);
        Samples.say("beyond a boot of " + boot + " ms, " + way + which, "ms", millis - bootMillis.get(boot));
        Samples.say("connected, " + way + which, "ms", Long.parseLong(times[0]) / 1e6);
    }

    private void stop(Directory directory) throws Exception {
        client.ask("close");
        Optional<String> failure = directory.stop(SleepService.NAME).toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (failure.isPresent()) {
            throw new IOException("the benchmark's service does not stop: " + failure.get());
        }
    }

    /** The front has the address, and the client asks for it anew. */
    private void awaitFront() throws Exception {
        store.waitFor(reads -> reads.readStringOptional(FRONT_STATE).filter(state -> state.startsWith("holding"))
                .orElse(null), PATIENCE);
        SleepNetwork.in(plan.client(), "ip", "neighbour", "flush", "dev", SleepNetwork.DEVICE);
    }
}
