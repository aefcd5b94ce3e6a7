package dev.conduit.rendezvous.directory;

import static dev.conduit.rendezvous.directory.Configurations.service;
import static dev.conduit.rendezvous.directory.DirectoryFixture.ask;
import static dev.conduit.rendezvous.directory.DirectoryFixture.awaitState;
import static dev.conduit.rendezvous.directory.DirectoryFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The directory with its threads, on a local host: readiness, deaths, adoption, idleness. */
@Timeout(180)
final class DirectoryTest {

    private static final Outcome UP = new Outcome.Up("www", List.of(), true);

    private DirectoryFixture local;

    @BeforeEach
    void open() throws IOException {
        local = new DirectoryFixture();
    }

    @AfterEach
    void close() throws IOException {
        local.close();
    }

    private static ServiceSettings www(Readiness ready, Duration idle) {
        List<InetAddress> addresses = ready instanceof Readiness.Port port ? port.addresses() : List.of();
        return service(new GuestSpec("www", addresses, Map.of()), 0, false, ready, Optional.ofNullable(idle));
    }

    /** Ready as soon as somebody writes {@code /test/ready}. */
    private static ServiceSettings byKey(Duration within) {
        return www(new Readiness.Key("/test/ready", Optional.empty(), within), null);
    }

    private long starts() {
        return local.launcher.calls.stream().filter(call -> call.startsWith("start ")).count();
    }

    @Test
    void shouldBootOnceForTenThousandThatAskAtOnce() throws Exception {
        Directory directory = local.directory(Configurations.of(byKey(DirectoryFixture.LONG)));
        List<CompletableFuture<Outcome>> answers = IntStream.range(0, 10_000).parallel()
                .mapToObj(i -> ask(directory, "www.lab.test")).toList();
        awaitState(directory, "www", ServiceState.WAITING);
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        local.dom0.write("/test/ready", "");
        for (CompletableFuture<Outcome> answer : answers) {
            assertThat(get(answer)).isEqualTo(UP);
        }
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void shouldWaitForThePort() throws Exception {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            port = free.getLocalPort();
        }
        Directory directory = local.directory(Configurations.of(
                www(new Readiness.Port(List.of(loopback), port, DirectoryFixture.LONG), null)));
        CompletableFuture<Outcome> answer = ask(directory, "www");
        awaitState(directory, "www", ServiceState.WAITING);
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(loopback, port));
            assertThat(get(answer)).isEqualTo(new Outcome.Up("www", List.of(loopback), true));
        }
    }

    @Test
    void shouldWaitForTheValueOfAKeyBelowTheGuestsHome() throws Exception {
        Platform guest = local.platform("www");
        local.launcher.boot = spec -> guest.self().value();
        Directory directory = local.directory(Configurations.of(
                www(new Readiness.Key("data/state", Optional.of("up"), DirectoryFixture.LONG), null)));
        CompletableFuture<Outcome> answer = ask(directory, "www");
        awaitState(directory, "www", ServiceState.WAITING);
        String home = "/local/domain/" + guest.self();
        guest.xenStore().write(home + "/data/state", "booting");
        local.dom0.write(home + "/control/feature-poweroff", "1");
        await().atMost(DirectoryFixture.LONG).until(() -> directory.timeline(Optional.of("www"), 1).get(0).phases()
                .containsKey(Phase.KERNEL));
        assertThat(answer).isNotDone();
        guest.xenStore().write(home + "/data/state", "up");
        assertThat(get(answer)).isEqualTo(UP);
    }

    @Test
    void shouldWaitForTheNameUntilTheStartedGuestItselfListensUnderIt() throws Exception {
        Platform guest = local.platform("www");
        local.launcher.boot = spec -> guest.self().value();
        Conduit impostor = local.conduit("impostor");
        Directory directory = local.directory(Configurations.of(
                www(new Readiness.Registration("www", DirectoryFixture.LONG), null)));
        ConduitServer forged = impostor.listen("www");
        CompletableFuture<Outcome> answer = ask(directory, "www");
        awaitState(directory, "www", ServiceState.WAITING);
        assertThat(answer).isNotDone();
        forged.close();
        try (Conduit conduit = Conduit.open(guest)) {
            conduit.listen("www");
            assertThat(get(answer)).isEqualTo(UP);
        }
    }

    @Test
    void shouldSayWhatDidNotShow() throws Exception {
        Directory directory = local.directory(Configurations.of(byKey(Duration.ofMillis(50))));
        assertThat(get(ask(directory, "www"))).isEqualTo(new Outcome.Failed(FailureReason.NOT_READY,
                "service 'www' was not ready in time: XenStore key /test/ready did not show within 50 ms"));
        awaitState(directory, "www", ServiceState.BACKING_OFF);
        assertThat(local.launcher.calls).containsExactly("start www", "stop www DESTROY");
    }

    @Test
    void shouldSayThatARelativeKeyNeedsADomain() throws Exception {
        Directory directory = local.directory(Configurations.of(
                www(new Readiness.Key("data/state", Optional.empty(), DirectoryFixture.LONG), null)));
        assertThat(((Outcome.Failed) get(ask(directory, "www"))).message()).isEqualTo("service 'www' was not ready in"
                + " time: key data/state is below a guest's home, and its launcher does not know its domain");
    }

    @Test
    void shouldAnswerWhoWaitsWhenTheGuestsDomainEnds() throws Exception {
        Platform guest = local.platform("www");
        local.launcher.boot = spec -> guest.self().value();
        Directory directory = local.directory(Configurations.of(byKey(DirectoryFixture.LONG)));
        CompletableFuture<Outcome> answer = ask(directory, "www");
        awaitState(directory, "www", ServiceState.WAITING);
        local.launcher.states.put("www", GuestState.OFF);
        guest.close();
        assertThat(((Outcome.Failed) get(answer)).reason()).isEqualTo(FailureReason.BOOT_FAILED);
    }

    @Test
    void shouldTellWhatTheLauncherSaidOrThatItBroke() throws Exception {
        local.launcher.boot = spec -> {
            throw new LaunchException("no such kernel");
        };
        Directory directory = local.directory(Configurations.of(service("www"), service("other")));
        assertThat(((Outcome.Failed) get(ask(directory, "www"))).message()).endsWith("no such kernel");
        local.launcher.boot = spec -> {
            throw new IllegalStateException("a bug");
        };
        assertThat(((Outcome.Failed) get(ask(directory, "other"))).message()).endsWith("a bug");
    }

    @Test
    void shouldAdoptWhatAnEarlierDirectoryStarted() throws Exception {
        local.dom0.write("/test/ready", "");
        Directory first = local.directory(Configurations.of(byKey(DirectoryFixture.LONG)));
        assertThat(get(ask(first, "www"))).isEqualTo(UP);
        first.close();
        assertThat(local.launcher.calls).containsExactly("start www");
        Directory second = local.directory(Configurations.of(byKey(DirectoryFixture.LONG)));
        awaitState(second, "www", ServiceState.READY);
        assertThat(second.timeline(Optional.empty(), 10)).singleElement()
                .satisfies(start -> assertThat(start.cause()).isEqualTo(Cause.ADOPTED));
        assertThat(get(ask(second, "www"))).isEqualTo(UP);
    }

    @Test
    void shouldAdoptOnceASilentToolstackAnswers() throws Exception {
        local.dom0.write("/test/ready", "");
        local.launcher.states.put("www", GuestState.RUNNING);
        local.launcher.silent = true;
        Directory directory = local.directory(Configurations.of(byKey(DirectoryFixture.LONG)));
        assertThat(directory.statuses().get(0).state()).isEqualTo(ServiceState.OFF);
        local.launcher.silent = false;
        awaitState(directory, "www", ServiceState.READY);
    }

    @Test
    void shouldTellWhoWaitsThatItEnds() throws Exception {
        Directory directory = local.directory(Configurations.of(byKey(DirectoryFixture.LONG)));
        CompletableFuture<Outcome> answer = ask(directory, "www");
        awaitState(directory, "www", ServiceState.WAITING);
        directory.close();
        assertThat(((Outcome.Failed) get(answer)).reason()).isEqualTo(FailureReason.CLOSED);
        assertThat(((Outcome.Failed) get(ask(directory, "www"))).reason()).isEqualTo(FailureReason.CLOSED);
        assertThat(local.launcher.states).containsEntry("www", GuestState.RUNNING);
    }

    @Test
    void shouldStopWhenTheLastConduitHasBeenClosedForTheIdleTime() throws Exception {
        Platform guest = local.platform("www");
        local.launcher.boot = spec -> guest.self().value();
        Directory directory = local.directory(Configurations.of(
                www(new Readiness.Registration("www", DirectoryFixture.LONG), Duration.ofMillis(500))));
        try (Conduit serving = Conduit.open(guest)) {
            serving.listen("www");
            assertThat(get(ask(directory, "www"))).isEqualTo(UP);
            try (ConduitConnection client = local.conduit("client").connect("www", DirectoryFixture.LONG)) {
                await().atMost(DirectoryFixture.LONG).until(() -> directory.timeline(Optional.of("www"), 1).get(0)
                        .phases().containsKey(Phase.FIRST_BYTE));
                assertThat(client.isOpen()).isTrue();
                assertThat(directory.statuses().get(0).flows()).isEqualTo(1);
                assertThat(local.launcher.calls).containsExactly("start www");
            }
            awaitState(directory, "www", ServiceState.OFF);
            assertThat(local.launcher.calls).containsExactly("start www", "stop www DESTROY");
        }
    }

    @Test
    void shouldStopWhenNoBytesMove() throws Exception {
        AtomicLong bytes = new AtomicLong();
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (ServerSocket server = new ServerSocket(0, 50, loopback)) {
            Directory directory = local.directory(Configurations.of(
                    www(new Readiness.Port(List.of(loopback), server.getLocalPort(), DirectoryFixture.LONG),
                            Duration.ofMillis(500))), (service, domain) -> bytes.get());
            get(ask(directory, "www"));
            awaitState(directory, "www", ServiceState.OFF);
        }
    }

    @Test
    void shouldReadTheCountersOfInterfaces() throws IOException {
        Path statistics = Files.createDirectories(local.folder.resolve("net/veth7/statistics"));
        Files.writeString(statistics.resolve("rx_bytes"), "1234\n");
        Path vif = Files.createDirectories(local.folder.resolve("net/vif5.0/statistics"));
        Files.writeString(vif.resolve("rx_bytes"), "77\n");
        InterfaceMeter meter = new InterfaceMeter(local.folder.resolve("net"));
        ServiceSettings plain = service("www");
        ServiceSettings named = new ServiceSettings(plain.name(), plain.dns(), plain.ports(), plain.launcher(),
                plain.guest(), plain.memory(), plain.ready(), plain.receive(), plain.idle(), Optional.of("veth7"),
                plain.stop(), plain.times(), plain.backOff(), plain.prewarm());
        assertThat(meter.bytes(named, 5)).isEqualTo(1234);
        assertThat(meter.bytes(plain, 5)).isEqualTo(77);
        assertThat(meter.bytes(plain, -1)).isEqualTo(TrafficMeter.UNKNOWN);
    }

    @Test
    void shouldCostNoThreadAndNoDescriptorForEachServiceThatSleeps() throws Exception {
        long threads = Thread.getAllStackTraces().size();
        long descriptors = descriptors();
        List<ServiceSettings> services = new ArrayList<>();
        IntStream.range(0, 10_000).forEach(i -> services.add(service("s" + i)));
        Directory directory = local.directory(Configurations.of(Limits.DEFAULTS, services));
        assertThat(directory.statuses()).hasSize(10_000);
        assertThat(Thread.getAllStackTraces().size() - threads).isLessThanOrEqualTo(3);
        assertThat(descriptors() - descriptors).isLessThanOrEqualTo(5);
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @Test
    void shouldTakeBackABootThatDoesNotEndWhenTheDirectoryDoes() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        local.launcher.boot = spec -> {
            begun.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(10).toMillis());
            } catch (InterruptedException ending) {
                interrupted.countDown();
                throw ending;
            }
            return -1;
        };
        Directory directory = local.directory(Configurations.of(service("www")));
        CompletableFuture<Outcome> answer = ask(directory, "www");
        begun.await();
        directory.close();
        assertThat(interrupted.getCount()).isZero();
        assertThat(((Outcome.Failed) get(answer)).reason()).isEqualTo(FailureReason.CLOSED);
    }
}
