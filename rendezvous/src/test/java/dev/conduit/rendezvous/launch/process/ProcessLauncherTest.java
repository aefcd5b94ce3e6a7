package dev.conduit.rendezvous.launch.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.ProcessStat;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.StopMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ProcessLauncherTest {

    private static final Duration LONG = ProcessFixture.LONG;

    private ProcessFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new ProcessFixture();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private void awaitState(GuestSpec guest, GuestState state) {
        await().atMost(LONG).untilAsserted(() -> assertThat(fixture.state(guest)).isEqualTo(state));
    }

    private void awaitLog(GuestSpec guest, String text) {
        await().atMost(LONG).untilAsserted(() -> assertThat(fixture.log(guest)).contains(text));
    }

    @Test
    void shouldRunCommandAsDomainOfItsName() throws Exception {
        GuestSpec guest = fixture.guest("web", Map.of("command",
                List.of("sh", "-c", "echo $CONDUIT_DOMID $CONDUIT_PLATFORM $GREETING in $PWD; exec sleep 600"),
                "environment", Map.of("GREETING", "hello"), "directory", "/"));
        assertThat(fixture.state(guest)).isEqualTo(GuestState.OFF);
        int domain = fixture.start(guest);
        awaitLog(guest, domain + " local hello in /\n");
        assertThat(fixture.state(guest)).isEqualTo(GuestState.RUNNING);
        assertThat(fixture.dom0.readString("/local/domain/" + domain + "/name")).isEqualTo("web");
        fixture.launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(fixture.state(guest)).isEqualTo(GuestState.OFF);
        await().atMost(LONG).untilAsserted(() -> assertThat(LocalPlatform.statistics(fixture.folder).domains()).isOne());
        fixture.launcher.stop(guest, StopMode.DESTROY, LONG);
    }

    @Test
    void shouldLeaveOneThatRunsAsItIs() throws Exception {
        GuestSpec guest = fixture.guest("web", "sleep", "600.5001");
        int domain = fixture.start(guest);
        try (AutoCloseableExecutor executor = new AutoCloseableExecutor()) {
            List<Future<Integer>> starts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                starts.add(executor.service.submit(() -> fixture.start(guest)));
            }
            for (Future<Integer> start : starts) {
                assertThat(start.get()).isEqualTo(domain);
            }
        }
        assertThat(ProcessFixture.processesWith("600.5001")).hasSize(1);
    }

    @Test
    void shouldStartOneForManyAtOnce() throws Exception {
        GuestSpec guest = fixture.guest("web", "sleep", "600.5002");
        try (AutoCloseableExecutor executor = new AutoCloseableExecutor()) {
            List<Future<Integer>> starts = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                starts.add(executor.service.submit(() -> fixture.start(guest)));
            }
            int domain = starts.get(0).get();
            for (Future<Integer> start : starts) {
                assertThat(start.get()).isEqualTo(domain);
            }
        }
        assertThat(ProcessFixture.processesWith("600.5002")).hasSize(1);
    }

    /** ExecutorService is no AutoCloseable on Java 17. */
    private static final class AutoCloseableExecutor implements AutoCloseable {

        final ExecutorService service = Executors.newFixedThreadPool(8);

        @Override
        public void close() {
            service.shutdownNow();
        }
    }

    @Test
    void shouldDestroyTheWholeTree() throws Exception {
        GuestSpec guest = fixture.guest("web", "sh", "-c",
                "trap '' TERM; sleep 600.5003 & sh -c 'sleep 600.5003 & sleep 600.5003' & setsid sleep 600.5003 & wait");
        fixture.start(guest);
        await().atMost(LONG).until(() -> ProcessFixture.processesWith("600.5003").size() == 4);
        fixture.launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(ProcessFixture.processesWith("600.5003")).isEmpty();
    }

    @Test
    void shouldLetGuestGoDownByItself() throws Exception {
        GuestSpec guest = fixture.guest("web", "sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done");
        fixture.start(guest);
        awaitLog(guest, "up");
        fixture.launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(fixture.log(guest)).contains("bye");
        assertThat(fixture.state(guest)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldDestroyGuestThatIgnoresShutdown() throws Exception {
        GuestSpec guest = fixture.guest("web", "sh", "-c", "trap 'echo no' TERM; echo up; while :; do sleep 0.1; done");
        fixture.start(guest);
        awaitLog(guest, "up");
        fixture.launcher.stop(guest, StopMode.SHUTDOWN, Duration.ofMillis(700));
        assertThat(fixture.log(guest)).contains("no");
        assertThat(fixture.state(guest)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldFreezeForSuspendAndGoOnAtStart() throws Exception {
        GuestSpec guest = fixture.guest("web", "sh", "-c", "while :; do echo tick; sleep 0.05; done");
        int domain = fixture.start(guest);
        awaitLog(guest, "tick");
        fixture.launcher.stop(guest, StopMode.SUSPEND, LONG);
        assertThat(fixture.state(guest)).isEqualTo(GuestState.PAUSED);
        fixture.reopen();
        assertThat(fixture.state(guest)).isEqualTo(GuestState.PAUSED);
        int ticks = fixture.log(guest).length();
        assertThat(fixture.start(guest)).isEqualTo(domain);
        await().atMost(LONG).untilAsserted(() -> assertThat(fixture.log(guest).length()).isGreaterThan(ticks));
        assertThat(fixture.state(guest)).isEqualTo(GuestState.RUNNING);
        fixture.launcher.stop(guest, StopMode.SUSPEND, LONG);
        fixture.launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(fixture.state(guest)).isEqualTo(GuestState.OFF);
        fixture.launcher.stop(guest, StopMode.SUSPEND, LONG);
        assertThat(fixture.state(guest)).as("there was nothing to freeze").isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldSeeGuestThatDiesAndStartItAgain() throws Exception {
        GuestSpec guest = fixture.guest("web", "sh", "-c", "echo once; exit 3");
        int first = fixture.start(guest);
        awaitState(guest, GuestState.OFF);
        int second = fixture.start(guest);
        assertThat(second).isNotEqualTo(first);
        awaitLog(guest, "once\nonce\n");
    }

    @Test
    void shouldClearWhatADeadGuestLeftBeforeTheNextStart() throws Exception {
        GuestSpec guest = fixture.guest("web", "sh", "-c", "sleep 600.5004 & exit 1");
        fixture.start(guest);
        awaitState(guest, GuestState.OFF);
        fixture.start(guest);
        awaitState(guest, GuestState.OFF);
        await("that of the second start, and not the first").atMost(LONG)
                .until(() -> ProcessFixture.processesWith("600.5004").size() == 1);
        fixture.launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(ProcessFixture.processesWith("600.5004")).isEmpty();
    }

    @Test
    void shouldTellWhyACommandCannotRun() throws Exception {
        assertThatThrownBy(() -> fixture.start(fixture.guest("web", "no-such-program", "x")))
                .isInstanceOf(LaunchException.class).hasMessageStartingWith("guest web was not started: ")
                .hasMessageContaining("no-such-program: not found");
        assertThatThrownBy(() -> fixture.start(fixture.guest("web", "/etc/passwd")))
                .hasMessageContaining("/etc/passwd: Permission denied");
        assertThatThrownBy(() -> fixture.start(fixture.guest("web",
                Map.of("command", List.of("true"), "directory", "/no/such"))))
                .hasMessage("guest web was not started: directory '/no/such' does not exist");
        assertThatThrownBy(() -> fixture.start(fixture.guest("web",
                Map.of("command", List.of("true"), "log", "/no/such/log"))))
                .hasMessage("guest web was not started: cannot write the log /no/such/log");
        assertThat(fixture.state(fixture.guest("web", "true"))).isEqualTo(GuestState.OFF);
        await().atMost(LONG).untilAsserted(() -> assertThat(LocalPlatform.statistics(fixture.folder).domains()).isOne());
    }

    @Test
    void shouldTakeBackWhatAnInterruptedStartBegan() throws Exception {
        GuestSpec guest = fixture.guest("web", "sleep", "600.5005");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> fixture.start(guest)).isInstanceOf(InterruptedException.class);
        assertThat(ProcessFixture.processesWith("600.5005")).isEmpty();
        assertThat(fixture.state(guest)).isEqualTo(GuestState.OFF);
        await().atMost(LONG).untilAsserted(() -> assertThat(LocalPlatform.statistics(fixture.folder).domains()).isOne());
    }

    @Test
    void shouldInterruptAShutdown() throws Exception {
        GuestSpec guest = fixture.guest("web", "sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done");
        fixture.start(guest);
        awaitLog(guest, "up");
        AtomicReference<Exception> end = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread stopper = new Thread(() -> {
            begun.countDown();
            try {
                fixture.launcher.stop(guest, StopMode.SHUTDOWN, Duration.ofMinutes(10));
            } catch (LaunchException | InterruptedException e) {
                end.set(e);
            }
        });
        stopper.start();
        begun.await();
        stopper.interrupt();
        stopper.join(LONG.toMillis());
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldKeepLogsBounded() throws Exception {
        fixture.launcher.close();
        fixture.launcher = new ProcessLauncher(fixture.platform.directory(), fixture.folder.resolve("launched"),
                ControlGroups.ofThisProcess(), 1000);
        Path log = fixture.folder.resolve("own.log");
        GuestSpec guest = fixture.guest("web", Map.of("log", log.toString(), "command",
                List.of("sh", "-c", "while :; do echo 0123456789; sleep 0.001; done")));
        fixture.start(guest);
        await().atMost(LONG).until(() -> Files.exists(Path.of(log + ".1")) && Files.size(Path.of(log + ".1")) == 1000);
        fixture.launcher.stop(guest, StopMode.DESTROY, LONG);
        Files.write(log, new byte[5000]);
        fixture.start(guest);
        await("emptied again").atMost(LONG).until(() -> Files.size(log) < 5000);
    }

    @Test
    void shouldLimitTheMemoryOfEachProcess() throws Exception {
        fixture.launcher.close();
        fixture.launcher = new ProcessLauncher(fixture.platform.directory(), fixture.folder.resolve("launched"),
                new ControlGroups(null, "not in this test"));
        GuestSpec guest = fixture.guest("web", Map.of("memory", "32m", "command",
                List.of("sh", "-c", "dd if=/dev/zero of=/dev/null bs=8M count=1; dd if=/dev/zero of=/dev/null bs=64M count=1")));
        fixture.start(guest);
        awaitLog(guest, "memory exhausted");
        assertThat(fixture.log(guest)).contains("1+0 records in");
    }

    @Test
    void shouldRunJavaWithinItsMemory() throws Exception {
        GuestSpec guest = fixture.guest("web", Map.of("memory", "256m", "command",
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-version")));
        fixture.start(guest);
        awaitLog(guest, "version \"" + System.getProperty("java.version"));
    }

    @Test
    void shouldTellStatesOfManyCheaply() throws Exception {
        List<GuestSpec> guests = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            guests.add(new GuestSpec("sleeper-" + i, List.of(), Map.of("command", List.of("true"))));
        }
        GuestSpec running = fixture.guest("web", "sleep", "600");
        fixture.start(running);
        guests.add(running);
        Map<String, GuestState> states = fixture.launcher.states(guests);
        assertThat(states).hasSize(10_001).containsEntry("web", GuestState.RUNNING);
        assertThat(states.values()).filteredOn(state -> state == GuestState.OFF).hasSize(10_000);
    }

    @Test
    void shouldRefuseASecondLauncherAndUseAfterClose() throws Exception {
        assertThatThrownBy(fixture::open).isInstanceOf(LaunchException.class)
                .hasMessageContaining("another one uses " + fixture.folder.resolve("launched"));
        GuestSpec guest = fixture.guest("web", "sleep", "600");
        fixture.launcher.close();
        fixture.launcher.close();
        assertThatThrownBy(() -> fixture.start(guest)).hasMessage("the launcher process is closed");
        assertThatThrownBy(() -> fixture.state(guest)).hasMessage("the launcher process is closed");
        assertThatThrownBy(() -> fixture.launcher.stop(guest, StopMode.DESTROY, LONG))
                .hasMessage("the launcher process is closed");
    }

    @Test
    void shouldNotTakeAnotherHostsDomainForItsOwn() throws Exception {
        GuestSpec guest = fixture.guest("web", "sleep", "600");
        fixture.start(guest);
        Path record = fixture.folder.resolve("launched/web.json");
        Files.writeString(record, Files.readString(record).replaceAll("\"host\":[0-9]+", "\"host\":1"));
        fixture.reopen();
        assertThat(fixture.state(guest)).isEqualTo(GuestState.RUNNING);
        assertThat(fixture.start(guest)).isEqualTo(-1);
    }

    @Test
    void shouldNotTakeALaterProcessForItsOwn() throws Exception {
        GuestSpec guest = fixture.guest("web", "sleep", "600");
        ProcessStat self = ProcessStat.read(ProcessHandle.current().pid()).orElseThrow();
        fixture.launcher.close();
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        String record = "{\"name\":\"web\",\"pid\":" + self.pid() + ",\"startTicks\":" + (self.startTicks() - 1)
                + ",\"boot\":\"" + boot + "\",\"host\":1,\"domain\":1,\"log\":\"/dev/null\",\"group\":null}";
        Files.writeString(fixture.folder.resolve("launched/web.json"), record);
        Files.writeString(fixture.folder.resolve("launched/rubbish.json"), "{");
        fixture.launcher = fixture.open();
        assertThat(fixture.state(guest)).isEqualTo(GuestState.OFF);
        fixture.launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(self.runs()).isTrue();
    }
}
