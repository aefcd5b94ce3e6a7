package dev.conduit.rendezvous.directory.engine;

import static dev.conduit.rendezvous.directory.Configurations.addressed;
import static dev.conduit.rendezvous.directory.Configurations.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.rendezvous.directory.Configurations;
import dev.conduit.rendezvous.directory.config.Configuration;
import dev.conduit.rendezvous.directory.config.Limits;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.FailureReason;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.ServiceState;
import dev.conduit.rendezvous.directory.service.StartRecord;
import dev.conduit.rendezvous.launch.GuestState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each rule of docs/directory.md by itself. */
final class EngineTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MIB = 1 << 20;

    private final Recorder effects = new Recorder();
    private final Engine engine = new Engine(Instant.EPOCH, effects);
    private final List<Outcome> answers = new ArrayList<>();
    private long now;

    private void configure(Limits limits, ServiceSettings... services) {
        configure(Configurations.of(limits, List.of(services)), Map.of());
    }

    private void configure(Configuration configuration, Map<String, GuestState> states) {
        engine.configure(now, configuration, states);
        effects.take();
    }

    private void ask(String name) {
        ask(name, Cause.DNS, 5);
    }

    private void ask(String name, Cause cause, double seconds) {
        engine.ask(now, name, new Ask(cause, "10.9.0.1", now + (long) (seconds * SECOND), answers::add));
    }

    private void pass(double seconds) {
        long end = now + (long) (seconds * SECOND);
        while (engine.nextTimer() <= end) {
            now = Math.max(now, engine.nextTimer());
            engine.tick(now);
        }
        now = end;
    }

    /** Off to ready. */
    private void boot(String name) {
        ask(name);
        engine.started(now, name, effects.ticket, 7);
        engine.ready(now, name, effects.ticket);
        effects.take();
    }

    private void sample(String name, int flows, long bytes) {
        engine.sampled(now, now, name, effects.ticket, flows, bytes);
    }

    private ServiceState state(String name) {
        return engine.statuses(now).stream().filter(status -> status.name().equals(name)).findFirst().orElseThrow()
                .state();
    }

    private Outcome.Failed failed() {
        assertThat(answers).hasSize(1);
        return (Outcome.Failed) answers.remove(0);
    }

    @Test
    void shouldBootOnceForTenThousandAskers() {
        configure(Limits.DEFAULTS, service("www"));
        IntStream.range(0, 10_000).forEach(i -> ask(i % 2 == 0 ? "www" : "WWW.Lab.Test."));
        assertThat(effects.take()).containsExactly("start www");
        engine.started(now, "www", effects.ticket, 7);
        assertThat(answers).isEmpty();
        engine.ready(now, "www", effects.ticket);
        assertThat(effects.take()).containsExactly("await www in 7", "hand over www", "sample www");
        assertThat(answers).hasSize(10_000).containsOnly(new Outcome.Up("www", List.of(), true));
    }

    @Test
    void shouldAnswerAtOnceWhenReady() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        answers.clear();
        ask("www");
        assertThat(answers).containsExactly(new Outcome.Up("www", List.of(), true));
        assertThat(effects.take()).isEmpty();
    }

    @Test
    void shouldSayThatThereIsNoSuchService() {
        configure(Limits.DEFAULTS, service("www"));
        ask("wwww\u0007");
        assertThat(failed()).isEqualTo(new Outcome.Failed(FailureReason.UNKNOWN, "there is no service 'wwww?'"));
    }

    @Test
    void shouldAnswerDnsBeforeTheBootIsFinishedWhenAFrontHoldsTheAddress() {
        effects.frontHolds = true;
        configure(Limits.DEFAULTS, addressed("www", "10.9.0.10"));
        ask("www");
        assertThat(answers).hasSize(1);
        assertThat(((Outcome.Up) answers.get(0)).ready()).isFalse();
        assertThat(effects.take()).containsExactly("start www");
        answers.clear();
        ask("www", Cause.CONNECT, 5);
        assertThat(answers).isEmpty();
    }

    @Test
    void shouldTellWhatItWaitedForWhenTimeIsUp() {
        configure(Limits.DEFAULTS, addressed("www", "10.9.0.10"));
        ask("www", Cause.DNS, 2);
        pass(1);
        engine.started(now, "www", effects.ticket, 7);
        pass(1);
        assertThat(failed()).isEqualTo(new Outcome.Failed(FailureReason.NOT_READY,
                "service 'www' was not ready in time: it waits for port 80 of 10.9.0.10"));
        assertThat(state("www")).isEqualTo(ServiceState.WAITING);
    }

    @Test
    void shouldGiveUpAGuestThatDoesNotGetReady() {
        configure(Limits.DEFAULTS, addressed("www", "10.9.0.10"));
        ask("www", Cause.DNS, 60);
        engine.started(now, "www", effects.ticket, 7);
        pass(10);
        assertThat(effects.take()).containsExactly("start www", "await www in 7", "forget www", "stop www DESTROY");
        assertThat(failed().message()).isEqualTo(
                "service 'www' was not ready in time: port 80 of 10.9.0.10 did not show within 10 s");
        engine.stopped(now, "www", effects.ticket);
        assertThat(state("www")).isEqualTo(ServiceState.BACKING_OFF);
    }

    @Test
    void shouldTellWhatTheToolstackSaid() {
        configure(Limits.DEFAULTS, service("www"));
        ask("www");
        engine.startFailed(now, "www", effects.ticket, "no such kernel");
        assertThat(failed()).isEqualTo(new Outcome.Failed(FailureReason.BOOT_FAILED,
                "service 'www' could not be started: no such kernel"));
    }

    @Test
    void shouldAnswerWhoWaitsWhenTheGuestDies() {
        configure(Limits.DEFAULTS, service("www"));
        ask("www");
        ask("www", Cause.CONNECT, 5);
        engine.started(now, "www", effects.ticket, 7);
        engine.observed(now, "www", effects.ticket, GuestState.OFF);
        assertThat(answers).hasSize(2).allSatisfy(answer -> assertThat(answer).isEqualTo(new Outcome.Failed(
                FailureReason.BOOT_FAILED, "service 'www' ended before it was ready: its guest is off, while it waited"
                        + " for conduit name 'www'")));
        assertThat(state("www")).isEqualTo(ServiceState.BACKING_OFF);
    }

    private void failToStart() {
        ask("www");
        engine.startFailed(now, "www", effects.ticket, "simulated");
        assertThat(failed().reason()).isEqualTo(FailureReason.BOOT_FAILED);
        assertThat(state("www")).isEqualTo(ServiceState.BACKING_OFF);
    }

    @Test
    void shouldBackOffTwiceAsLongAfterEachFailureUpToABound() {
        configure(Limits.DEFAULTS, service("www"));
        for (int pause : new int[] {1, 2, 4, 8, 8}) {
            failToStart();
            pass(pause - 0.01);
            ask("www", Cause.DNS, 0.005);
            assertThat(failed().reason()).isEqualTo(FailureReason.CRASH_LOOP);
            pass(0.02);
            assertThat(state("www")).isEqualTo(ServiceState.OFF);
        }
    }

    @Test
    void shouldForgetFailuresAfterAStartThatWorked() {
        configure(Limits.DEFAULTS, service("www"));
        for (int i = 0; i < 3; i++) {
            failToStart();
            pass(10);
        }
        boot("www");
        engine.stop(now, "www", failure -> { });
        sample("www", 0, -1);
        engine.stopped(now, "www", effects.ticket);
        answers.clear();
        failToStart();
        pass(1.01);
        assertThat(state("www")).isEqualTo(ServiceState.OFF);
    }

    @Test
    void shouldServeByTheNextTryWhoCanWaitForIt() {
        configure(Limits.DEFAULTS, service("www"));
        failToStart();
        ask("www", Cause.DNS, 3);
        effects.take();
        pass(1);
        assertThat(effects.take()).containsExactly("start www");
        engine.started(now, "www", effects.ticket, 7);
        engine.ready(now, "www", effects.ticket);
        assertThat(answers).containsExactly(new Outcome.Up("www", List.of(), true));
    }

    @Test
    void shouldSayWhatFailedWhileItIsLeftAlone() {
        configure(Limits.DEFAULTS, service("www"));
        ask("www");
        engine.startFailed(now, "www", effects.ticket, "no such kernel");
        answers.clear();
        ask("www", Cause.DNS, 0.5);
        assertThat(failed().message()).isEqualTo("service 'www' failed 1 time and is tried again in 1000 ms; the last"
                + " time it could not be started: no such kernel");
    }

    @Test
    void shouldBackOffWhenAReadyGuestEndsByItselfSoon() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        pass(10);
        engine.observed(now, "www", effects.ticket, GuestState.OFF);
        assertThat(state("www")).isEqualTo(ServiceState.BACKING_OFF);
        pass(2);
        boot("www");
        pass(61);
        engine.observed(now, "www", effects.ticket, GuestState.OFF);
        assertThat(state("www")).isEqualTo(ServiceState.OFF);
    }

    @Test
    void shouldGetRidOfACrashedGuest() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        engine.observed(now, "www", effects.ticket, GuestState.CRASHED);
        assertThat(effects.take()).containsExactly("stop www DESTROY");
        engine.stopped(now, "www", effects.ticket);
        assertThat(state("www")).isEqualTo(ServiceState.BACKING_OFF);
    }

    @Test
    void shouldBootSoManyAtATimeAndLetAskersTakeTurns() {
        Limits two = new Limits(2, 0, 1000, 0);
        configure(two, IntStream.range(0, 6).mapToObj(i -> service("s" + i)).toArray(ServiceSettings[]::new));
        for (int i = 0; i < 5; i++) {
            engine.ask(now, "s" + i, new Ask(Cause.DNS, "greedy", now + 60 * SECOND, answers::add));
        }
        engine.ask(now, "s5", new Ask(Cause.DNS, "modest", now + 60 * SECOND, answers::add));
        assertThat(effects.take()).containsExactly("start s0", "start s1");
        engine.startFailed(now, "s1", effects.ticket, "simulated");
        assertThat(effects.take()).contains("start s2");
        engine.startFailed(now, "s2", effects.ticket, "simulated");
        assertThat(effects.take()).contains("start s5");
    }

    @Test
    void shouldTurnAskersAwayBeyondTheBound() {
        configure(new Limits(1, 0, 3, 0), service("www"));
        IntStream.range(0, 3).forEach(i -> ask("www"));
        ask("www");
        assertThat(failed()).isEqualTo(new Outcome.Failed(FailureReason.QUEUE_FULL,
                "service 'www' cannot be waited for: 3 askers wait already"));
    }

    @Test
    void shouldSayThatMemoryIsUsedUp() {
        configure(new Limits(4, 1024 * MIB, 100, 0), service("a", 700 * MIB, false), service("b", 400 * MIB, false));
        boot("a");
        answers.clear();
        ask("b");
        assertThat(failed()).isEqualTo(new Outcome.Failed(FailureReason.OUT_OF_RESOURCES, "service 'b' needs 400 MiB of"
                + " memory, and 700 MiB of the 1024 MiB for all services are in use"));
        engine.observed(now, "a", effects.ticket, GuestState.OFF);
        ask("b");
        assertThat(effects.take()).contains("start b");
    }

    @Test
    void shouldStopWhenNothingIsSeenForTheIdleTime() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        pass(59);
        sample("www", 0, -1);
        assertThat(state("www")).isEqualTo(ServiceState.READY);
        pass(1);
        sample("www", 0, -1);
        assertThat(state("www")).isEqualTo(ServiceState.DRAINING);
        assertThat(effects.take()).containsExactly("sample www");
        pass(0.1);
        sample("www", 0, -1);
        assertThat(effects.take()).containsExactly("stop www DESTROY");
        engine.stopped(now, "www", effects.ticket);
        assertThat(effects.take()).containsExactly("arm www");
        assertThat(state("www")).isEqualTo(ServiceState.OFF);
    }

    @Test
    void shouldNotTakeDnsQueriesForTraffic() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        for (int i = 0; i < 60; i++) {
            pass(1);
            ask("www");
        }
        sample("www", 0, -1);
        assertThat(state("www")).isEqualTo(ServiceState.DRAINING);
    }

    @Test
    void shouldNotStopWhileAFlowIsOpenOrBytesMove() {
        configure(Limits.DEFAULTS, addressed("www", "10.9.0.10"));
        boot("www");
        pass(100);
        sample("www", 1, 500);
        pass(59);
        sample("www", 0, 600);
        pass(59);
        sample("www", 0, 600);
        assertThat(state("www")).isEqualTo(ServiceState.READY);
        pass(1);
        sample("www", 0, 600);
        assertThat(state("www")).isEqualTo(ServiceState.DRAINING);
    }

    @Test
    void shouldNotStopAServiceWithAddressesWhoseTrafficNobodyCounts() {
        configure(Limits.DEFAULTS, addressed("www", "10.9.0.10"));
        boot("www");
        pass(1000);
        sample("www", 0, -1);
        pass(1000);
        sample("www", 0, -1);
        assertThat(state("www")).isEqualTo(ServiceState.READY);
        pass(60);
        sample("www", 0, 5);
        assertThat(state("www")).isEqualTo(ServiceState.DRAINING);
        sample("www", 0, -1);
        assertThat(state("www")).as("nobody counts any more").isEqualTo(ServiceState.READY);
    }

    @Test
    void shouldGoOnWhenTrafficComesWhileItDrains() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        answers.clear();
        pass(60);
        sample("www", 0, -1);
        ask("www");
        assertThat(answers).isEmpty();
        sample("www", 1, -1);
        assertThat(state("www")).isEqualTo(ServiceState.READY);
        assertThat(answers).containsExactly(new Outcome.Up("www", List.of(), true));
    }

    @Test
    void shouldNotStopOnALookThatIsOlderThanTheDrain() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        pass(60);
        sample("www", 0, -1);
        engine.sampled(now, now - 1, "www", effects.ticket, 0, -1);
        assertThat(state("www")).isEqualTo(ServiceState.DRAINING);
        engine.sampled(now, now, "www", effects.ticket, 0, -1);
        assertThat(state("www")).isEqualTo(ServiceState.STOPPING);
    }

    @Test
    void shouldDrainOnRequestUpToABound() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        List<String> replies = new ArrayList<>();
        engine.stop(now, "www", replies::add);
        pass(9);
        sample("www", 1, -1);
        assertThat(state("www")).isEqualTo(ServiceState.DRAINING);
        pass(1);
        assertThat(state("www")).isEqualTo(ServiceState.STOPPING);
        assertThat(replies).isEmpty();
        engine.stopped(now, "www", effects.ticket);
        assertThat(replies).containsExactly("");
    }

    @Test
    void shouldStartAgainForWhoAsksWhileItStops() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        engine.stop(now, "www", failure -> { });
        sample("www", 0, -1);
        answers.clear();
        ask("www");
        effects.take();
        engine.stopped(now, "www", effects.ticket);
        assertThat(effects.take()).containsExactly("start www");
        engine.started(now, "www", effects.ticket, 8);
        engine.ready(now, "www", effects.ticket);
        assertThat(answers).containsExactly(new Outcome.Up("www", List.of(), true));
    }

    @Test
    void shouldFindOutHowAGuestIsThatCouldNotBeStopped() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        List<String> replies = new ArrayList<>();
        engine.stop(now, "www", replies::add);
        sample("www", 0, -1);
        effects.take();
        engine.stopFailed(now, "www", effects.ticket, "xl hangs");
        assertThat(replies).containsExactly("it could not be stopped: xl hangs");
        assertThat(effects.take()).containsExactly("await www in 7");
        engine.ready(now, "www", effects.ticket);
        assertThat(state("www")).isEqualTo(ServiceState.READY);
    }

    @Test
    void shouldAdoptWhatRuns() {
        configure(Configurations.of(service("on"), service("off"), service("broken")),
                Map.of("on", GuestState.RUNNING, "broken", GuestState.CRASHED));
        assertThat(state("on")).isEqualTo(ServiceState.STARTING);
        assertThat(state("off")).isEqualTo(ServiceState.OFF);
        assertThat(state("broken")).isEqualTo(ServiceState.STOPPING);
        assertThat(engine.booting()).isZero();
        assertThat(engine.timeline(Optional.of("on"), 1)).singleElement()
                .satisfies(start -> assertThat(start.cause()).isEqualTo(Cause.ADOPTED));
    }

    @Test
    void shouldAdoptAlsoBeyondTheLimitOfMemory() {
        configure(Configurations.of(new Limits(1, 100 * MIB, 10, 0), List.of(service("a", 80 * MIB, false),
                service("b", 80 * MIB, false))), Map.of("a", GuestState.RUNNING, "b", GuestState.RUNNING));
        assertThat(engine.memoryUsed()).isEqualTo(160 * MIB);
        assertThat(state("b")).isEqualTo(ServiceState.STARTING);
    }

    @Test
    void shouldKeepTheMostRecentlyAskedUpInAdvance() {
        configure(new Limits(9, 0, 100, 1), service("a", 0, true), service("b", 0, true), service("c"));
        assertThat(state("a")).isEqualTo(ServiceState.STARTING);
        assertThat(state("b")).isEqualTo(ServiceState.OFF);
        engine.started(now, "a", effects.ticket, 7);
        engine.ready(now, "a", effects.ticket);
        long ticketOfA = effects.ticket;
        pass(1000);
        engine.sampled(now, now, "a", ticketOfA, 0, -1);
        assertThat(state("a")).as("idle, but kept").isEqualTo(ServiceState.READY);
        boot("b");
        pass(1000);
        sample("b", 0, -1);
        assertThat(state("b")).isEqualTo(ServiceState.READY);
        engine.sampled(now, now, "a", ticketOfA, 0, -1);
        assertThat(state("a")).isEqualTo(ServiceState.DRAINING);
        engine.observed(now, "b", effects.ticket, GuestState.OFF);
        assertThat(state("b")).as("up again").isEqualTo(ServiceState.STARTING);
    }

    @Test
    void shouldDrainAndForgetWhatIsNoLongerConfigured() {
        configure(Limits.DEFAULTS, service("www"), service("other"));
        boot("www");
        answers.clear();
        configure(Limits.DEFAULTS, service("other"));
        ask("www");
        assertThat(failed().reason()).isEqualTo(FailureReason.UNKNOWN);
        sample("www", 0, -1);
        effects.take();
        engine.stopped(now, "www", effects.ticket);
        assertThat(effects.take()).containsExactly("disarm www");
        assertThat(engine.statuses(now)).extracting("name").containsExactly("other");
    }

    @Test
    void shouldTryAgainToStopWhatIsNoLongerConfigured() {
        configure(Limits.DEFAULTS, service("www"));
        boot("www");
        engine.configure(now, Configurations.of(), Map.of());
        sample("www", 0, -1);
        engine.stopFailed(now, "www", effects.ticket, "xl hangs");
        engine.ready(now, "www", effects.ticket);
        assertThat(state("www")).isEqualTo(ServiceState.DRAINING);
        sample("www", 0, -1);
        engine.stopped(now, "www", effects.ticket);
        assertThat(engine.statuses(now)).isEmpty();
    }

    @Test
    void shouldTellWhoWaitsThatTheServiceIsNoLongerConfigured() {
        configure(Limits.DEFAULTS, service("www"));
        ask("www");
        engine.configure(now, Configurations.of(), Map.of());
        assertThat(failed().message()).isEqualTo("service 'www' is no longer configured");
        assertThat(state("www")).isEqualTo(ServiceState.STARTING);
        engine.started(now, "www", effects.ticket, 7);
        assertThat(effects.take()).endsWith("stop www DESTROY");
    }

    @Test
    void shouldTellEverybodyThatTheDirectoryEnds() {
        configure(Limits.DEFAULTS, service("www"));
        ask("www");
        engine.close();
        assertThat(failed().reason()).isEqualTo(FailureReason.CLOSED);
        ask("www");
        assertThat(failed().reason()).isEqualTo(FailureReason.CLOSED);
    }

    @Test
    void shouldRecordEachStart() {
        configure(Limits.DEFAULTS, service("www"));
        pass(100);
        ask("www");
        pass(0.1);
        engine.started(now, "www", effects.ticket, 7);
        pass(0.1);
        engine.kernelUp(now, "www", effects.ticket);
        pass(0.1);
        engine.ready(now, "www", effects.ticket);
        pass(1);
        sample("www", 1, -1);
        StartRecord start = engine.timeline(Optional.empty(), 10).get(0);
        assertThat(start.asked()).isEqualTo(Instant.EPOCH.plusSeconds(100));
        assertThat(start.asker()).isEqualTo("10.9.0.1");
        assertThat(start.cause()).isEqualTo(Cause.DNS);
        assertThat(start.failure()).isEmpty();
        assertThat(start.phases()).isEqualTo(Map.of(Phase.LAUNCHED, Duration.ZERO, Phase.CREATED, Duration.ofMillis(100),
                Phase.KERNEL, Duration.ofMillis(200), Phase.READY, Duration.ofMillis(300),
                Phase.FIRST_BYTE, Duration.ofMillis(1300)));
    }

    @Test
    void shouldRememberSixteenStartsOfAService() {
        configure(Limits.DEFAULTS, service("www"));
        for (int i = 0; i < 40; i++) {
            ask("www");
            engine.startFailed(now, "www", effects.ticket, "try " + i);
            pass(10);
        }
        assertThat(engine.timeline(Optional.of("www"), 100)).hasSize(16).last()
                .satisfies(start -> assertThat(start.failure()).endsWith("try 39"));
    }

    @Test
    void shouldPassOverWhatComesLate() {
        configure(Limits.DEFAULTS, service("www"));
        ask("www");
        long first = effects.ticket;
        engine.startFailed(now, "www", first, "simulated");
        pass(10);
        ask("www");
        engine.started(now, "www", first, 7);
        engine.startFailed(now, "www", first, "simulated");
        engine.ready(now, "www", first);
        assertThat(state("www")).isEqualTo(ServiceState.STARTING);
    }
}
