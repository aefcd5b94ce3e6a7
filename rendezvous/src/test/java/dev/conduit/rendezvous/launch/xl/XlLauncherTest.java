package dev.conduit.rendezvous.launch.xl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.StopMode;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of xl and made of its answers, with a script in its place; the real one is in the testbed. */
@Timeout(300)
class XlLauncherTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(1500);

    @TempDir
    private Path folder;

    private Launcher launcher;
    private GuestSpec guest;

    @BeforeEach
    void open() throws Exception {
        try (InputStream script = XlLauncherTest.class.getResourceAsStream("xl")) {
            Files.copy(script, folder.resolve("xl"));
        }
        assertThat(folder.resolve("xl").toFile().setExecutable(true)).isTrue();
        launcher = XlLauncherProvider.open("/no/such:" + folder);
        Path config = Files.writeString(folder.resolve("web.cfg"), "name = 'other'\nmemory = 256\n");
        guest = guest("web", Map.of("config", config.toString()));
    }

    private GuestSpec guest(String name, Map<String, Object> settings) {
        Map<String, Object> all = new java.util.HashMap<>(settings);
        all.put("save", folder.resolve("saved").toString());
        return new GuestSpec(name, List.of(), all);
    }

    private GuestState state() throws Exception {
        return launcher.states(List.of(guest)).get("web");
    }

    private void say(String file, String text) throws Exception {
        Files.writeString(folder.resolve(file), text);
    }

    private void remove(String file) throws Exception {
        Files.delete(folder.resolve(file));
    }

    private void domain(int id, String line) throws Exception {
        Files.createDirectories(folder.resolve("domains"));
        say("domains/" + id, line + "\n");
        say("next", (id + 1) + "\n");
    }

    private List<String> calls() throws Exception {
        return Files.readAllLines(folder.resolve("calls")).stream().filter(call -> !call.startsWith("list")).toList();
    }

    @Test
    void shouldCreateShutDownAndDestroy() throws Exception {
        assertThat(state()).isEqualTo(GuestState.OFF);
        assertThat(launcher.start(guest, LONG)).isEqualTo(1);
        assertThat(launcher.start(guest, LONG)).as("it runs").isEqualTo(1);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(state()).isEqualTo(GuestState.OFF);
        assertThat(launcher.start(guest, LONG)).isEqualTo(2);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        String config = folder.resolve("web.cfg").toString();
        assertThat(calls()).containsExactly("create -q " + config + " name=\"web\"", "shutdown 1",
                "create -q " + config + " name=\"web\"", "destroy 2");
    }

    @Test
    void shouldWriteTheConfigurationItself() throws Exception {
        GuestSpec inline = guest("web", Map.of("kernel", "/boot/k", "memory", 64));
        launcher.start(inline, LONG);
        assertThat(Files.readAllLines(folder.resolve("config")))
                .containsExactlyInAnyOrder("kernel = \"/boot/k\"", "memory = 64");
        assertThat(Path.of(calls().get(0).split(" ")[2])).doesNotExist();
    }

    @Test
    void shouldSaveAndRestore() throws Exception {
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        assertThat(state()).isEqualTo(GuestState.SUSPENDED);
        assertThat(launcher.start(guest, LONG)).isEqualTo(2);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        assertThat(folder.resolve("saved")).isEmptyDirectory();
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(state()).as("its memory is forgotten").isEqualTo(GuestState.OFF);
        assertThat(calls()).filteredOn(call -> call.startsWith("restore")).hasSize(1);
    }

    @Test
    void shouldLeaveGuestRunningThatCannotBeSaved() throws Exception {
        launcher.start(guest, LONG);
        say("fail-save", "libxl: error: it does not answer\nFailed to save domain, resuming domain\n");
        assertThatThrownBy(() -> launcher.stop(guest, StopMode.SUSPEND, LONG)).isInstanceOf(LaunchException.class)
                .hasMessageEndingWith(" failed: libxl: error: it does not answer; Failed to save domain, resuming domain");
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        assertThat(folder.resolve("saved")).isEmptyDirectory();
    }

    @Test
    void shouldKeepTheMemoryWhenRestoringFails() throws Exception {
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        say("fail-restore", "no memory\n");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessageEndingWith("failed: no memory");
        assertThat(state()).isEqualTo(GuestState.SUSPENDED);
        remove("fail-restore");
        launcher.start(guest, LONG);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
    }

    @Test
    void shouldForgetTheMemoryOfAGuestThatRanAndWasGone() throws Exception {
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        say("dies-at-once", "");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessageEndingWith("was gone at once");
        assertThat(state()).isEqualTo(GuestState.OFF);
        remove("dies-at-once");
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        say("fails-late", "");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessageEndingWith("libxl: error: no hotplug");
        assertThat(state()).as("xl failed when it ran already").isEqualTo(GuestState.OFF);
        assertThat(folder.resolve("saved")).isEmptyDirectory();
    }

    @Test
    void shouldLeaveADomainThatSomebodyElseMade() throws Exception {
        say("made-by-another", "");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessageContaining("already exists");
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        assertThat(launcher.start(guest, LONG)).isEqualTo(1);
    }

    @Test
    void shouldNeverGoOnFromMemoryTwice() throws Exception {
        Files.createDirectories(folder.resolve("saved"));
        say("saved/conduit-web.restoring", "web\n");
        assertThat(state()).as("killed while it was restored").isEqualTo(GuestState.OFF);
        launcher.start(guest, LONG);
        assertThat(calls()).singleElement().asString().startsWith("create");
    }

    @Test
    void shouldLetPausedGuestGoOn() throws Exception {
        domain(5, "web --p--- complete");
        say("warning", "libxl: warning: something\n");
        assertThat(state()).isEqualTo(GuestState.PAUSED);
        assertThat(launcher.start(guest, LONG)).isEqualTo(5);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        assertThat(calls()).containsExactly("unpause 5");
    }

    @Test
    void shouldNotTouchGuestThatIsBeingBuilt() throws Exception {
        domain(5, "web --p--- building");
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        assertThatThrownBy(() -> launcher.start(guest, SHORT))
                .hasMessage("guest web (domain 5) is still being built after 1500 ms");
        assertThat(folder.resolve("calls")).content().doesNotContain("create").doesNotContain("unpause");
    }

    @Test
    void shouldRefuseToStartWhatIsNotGone() throws Exception {
        domain(5, "web ---sc- complete");
        assertThat(state()).isEqualTo(GuestState.CRASHED);
        assertThatThrownBy(() -> launcher.start(guest, LONG))
                .hasMessage("guest web (domain 5) has crashed: it must be stopped before it can be started");
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(state()).isEqualTo(GuestState.OFF);
        domain(6, "web -----d complete");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessageContaining("is on its way down");
        domain(7, "web -b---- complete");
        assertThat(launcher.start(guest, LONG)).as("the live one of two").isEqualTo(7);
    }

    @Test
    void shouldNotTakeDomainForAnother() throws Exception {
        domain(7, "web-1 -b---- complete");
        GuestSpec seven = guest("7", Map.of("kernel", "k"));
        launcher.stop(seven, StopMode.DESTROY, LONG);
        assertThat(folder.resolve("domains/7")).exists();
        assertThat(launcher.states(List.of(seven, guest))).containsOnly(Map.entry("7", GuestState.OFF),
                Map.entry("web", GuestState.OFF));
    }

    @Test
    void shouldDestroyGuestThatIgnoresShutdown() throws Exception {
        launcher.start(guest, LONG);
        say("ignores-shutdown", "");
        launcher.stop(guest, StopMode.SHUTDOWN, SHORT);
        assertThat(state()).isEqualTo(GuestState.OFF);
        launcher.start(guest, LONG);
        say("fail-shutdown", "PV control interface not available\n");
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(state()).isEqualTo(GuestState.OFF);
        assertThat(calls()).contains("destroy 1", "destroy 2");
    }

    @Test
    void shouldTellWhyABootFailed() throws Exception {
        say("fail-create", "Parsing config from web.cfg\nlibxl: error: cannot open /boot/none\n");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).isInstanceOf(LaunchException.class)
                .hasMessageEndingWith("failed: Parsing config from web.cfg; libxl: error: cannot open /boot/none");
        remove("fail-create");
        say("fails-late", "");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessageEndingWith("libxl: error: no hotplug");
        assertThat(state()).as("taken back").isEqualTo(GuestState.OFF);
        remove("fails-late");
        say("dies-at-once", "");
        assertThatThrownBy(() -> launcher.start(guest, LONG))
                .hasMessage("guest web was created, and was gone at once");
    }

    @Test
    void shouldNotWaitForXlForever() throws Exception {
        say("hang-create", "");
        assertThatThrownBy(() -> launcher.start(guest, SHORT)).hasMessageMatching("xl create .* did not end within [0-9]+ ms");
        remove("hang-create");
        assertThat(launcher.start(guest, LONG)).isEqualTo(1);
        say("hang-save", "");
        assertThatThrownBy(() -> launcher.stop(guest, StopMode.SUSPEND, SHORT)).hasMessageContaining("did not end within");
        assertThat(folder.resolve("saved")).isEmptyDirectory();
    }

    @Test
    void shouldTakeBackWhatAnInterruptedStartBegan() throws Exception {
        say("hang-create", "");
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread starter = new Thread(() -> {
            try {
                launcher.start(guest, LONG);
            } catch (LaunchException | InterruptedException e) {
                end.set(e);
            }
        });
        starter.start();
        org.awaitility.Awaitility.await().atMost(LONG)
                .until(() -> Files.exists(folder.resolve("calls")) && calls().size() == 1);
        domain(9, "web --p--- building");
        starter.interrupt();
        starter.join(LONG.toMillis());
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(folder.resolve("domains")).isEmptyDirectory();
    }

    @Test
    void shouldAskOnceForTenThousand() throws Exception {
        domain(5, "web -b---- complete");
        List<GuestSpec> guests = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            guests.add(guest("sleeper-" + i, Map.of("kernel", "k")));
        }
        guests.add(guest);
        assertThat(launcher.states(guests)).hasSize(10_001).containsEntry("web", GuestState.RUNNING);
        assertThat(Files.readAllLines(folder.resolve("calls"))).containsExactly("list ");
    }

    @Test
    void shouldTellWhenXlAnswersNonsense() throws Exception {
        Files.writeString(folder.resolve("xl"), "#!/bin/sh\necho nonsense\n");
        assertThatThrownBy(this::state).hasMessage("xl list printed no domains: nonsense");
        Files.writeString(folder.resolve("xl"), "#!/bin/sh\nexit 9\n");
        assertThatThrownBy(this::state).hasMessage("xl list failed: exit code 9");
    }

    @Test
    void shouldTellThatXlIsMissingOrTheLauncherClosed() throws Exception {
        assertThatThrownBy(() -> XlLauncherProvider.open("/no/such")).isInstanceOf(LaunchException.class).hasMessage(
                "launcher xl: there is no program 'xl' in /no/such: on Debian, in dom0: apt-get install xen-utils-common");
        launcher.close();
        launcher.close();
        assertThatThrownBy(this::state).hasMessage("the launcher xl is closed");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessage("the launcher xl is closed");
        assertThatThrownBy(() -> launcher.stop(guest, StopMode.DESTROY, LONG)).hasMessage("the launcher xl is closed");
    }
}
