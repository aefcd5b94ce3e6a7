package dev.conduit.testbed.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.testbed.actor.Dom0;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The launcher xl in dom0, with guests of busybox alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class XlTest {

    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Path SAVED = Path.of("/tmp/saved");

    private Platform platform;
    private Launcher launcher;
    private final GuestSpec willing = guest("willing", Map.of());
    private final GuestSpec deaf = guest("deaf", Map.of());
    private final GuestSpec crashing = guest("crashing", Map.of("on_crash", "preserve"));

    /** A guest whose configuration is written by the launcher. */
    private static GuestSpec guest(String name, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("kernel", "/boot/vmlinuz", "ramdisk", "/tmp/" + name + ".cpio",
                "memory", 128, "vcpus", 1, "extra", "console=hvc0 loglevel=4", "save", SAVED.toString()));
        settings.putAll(more);
        return new GuestSpec(name, List.of(), settings);
    }

    @BeforeAll
    void open() throws IOException {
        platform = Platforms.open();
        launcher = ServiceLoader.load(LauncherProvider.class).stream().map(ServiceLoader.Provider::get)
                .filter(provider -> provider.kind().equals("xl")).findFirst().orElseThrow().open(platform);
    }

    @AfterAll
    void close() {
        launcher.close();
        platform.close();
    }

    @AfterEach
    void clear() throws Exception {
        for (GuestSpec guest : List.of(willing, deaf, crashing)) {
            launcher.stop(guest, StopMode.DESTROY, LONG);
        }
        assertThat(Dom0.shell("xl list | wc -l")).as("only dom0 is left, under the heading").isEqualTo("2");
    }

    private GuestState state(GuestSpec guest) throws Exception {
        return launcher.states(List.of(guest)).get(guest.name());
    }

    /** Starts it and waits until its kernel listens to what dom0 tells it. */
    private int boot(GuestSpec guest) throws Exception {
        int domain = launcher.start(guest, LONG);
        // xl makes the node empty, the kernel writes it.
        await().atMost(LONG).until(() -> platform.xenStore()
                .readStringOptional("/local/domain/" + domain + "/control/feature-poweroff").orElse("").equals("1"));
        return domain;
    }

    @Test
    void shouldCreateAndDestroy() throws Exception {
        assertThat(state(willing)).isEqualTo(GuestState.OFF);
        int domain = launcher.start(willing, LONG);
        assertThat(Dom0.shell("xl domid willing")).isEqualTo(Integer.toString(domain));
        assertThat(state(willing)).isEqualTo(GuestState.RUNNING);
        assertThat(launcher.start(willing, LONG)).as("it runs").isEqualTo(domain);
        assertThat(launcher.states(List.of(willing, deaf)))
                .isEqualTo(Map.of("willing", GuestState.RUNNING, "deaf", GuestState.OFF));
        launcher.stop(willing, StopMode.DESTROY, LONG);
        assertThat(state(willing)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldCreateFromAFileUnderTheNameOfTheService() throws Exception {
        Path config = Files.writeString(Path.of("/tmp/from-a-file.cfg"), "name = \"other\"\nkernel = \"/boot/vmlinuz\"\n"
                + "ramdisk = \"/tmp/willing.cpio\"\nmemory = 128\n");
        GuestSpec guest = new GuestSpec("willing", List.of(),
                Map.of("config", config.toString(), "save", SAVED.toString()));
        int domain = launcher.start(guest, LONG);
        assertThat(Dom0.shell("xl domname " + domain)).isEqualTo("willing");
    }

    @Test
    void shouldLetPausedGuestGoOn() throws Exception {
        int domain = boot(willing);
        Dom0.shell("xl pause willing");
        assertThat(state(willing)).isEqualTo(GuestState.PAUSED);
        assertThat(launcher.start(willing, LONG)).isEqualTo(domain);
        assertThat(state(willing)).isEqualTo(GuestState.RUNNING);
    }

    @Test
    void shouldSaveAndRestore() throws Exception {
        int domain = boot(willing);
        launcher.stop(willing, StopMode.SUSPEND, LONG);
        assertThat(state(willing)).isEqualTo(GuestState.SUSPENDED);
        assertThat(launcher.start(willing, LONG)).isGreaterThan(domain);
        assertThat(state(willing)).isEqualTo(GuestState.RUNNING);
        assertThat(SAVED).isEmptyDirectory();
        launcher.stop(willing, StopMode.SHUTDOWN, LONG);
        assertThat(state(willing)).as("it goes down after its restoration").isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldShutDown() throws Exception {
        boot(willing);
        launcher.stop(willing, StopMode.SHUTDOWN, LONG);
        assertThat(state(willing)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldDestroyGuestThatIgnoresShutdown() throws Exception {
        boot(deaf);
        launcher.stop(deaf, StopMode.SHUTDOWN, Duration.ofSeconds(10));
        assertThat(state(deaf)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldTellThatAGuestHasCrashed() throws Exception {
        launcher.start(crashing, LONG);
        await().atMost(LONG).until(() -> state(crashing) == GuestState.CRASHED);
        assertThatThrownBy(() -> launcher.start(crashing, LONG)).isInstanceOf(LaunchException.class)
                .hasMessageContaining("has crashed: it must be stopped before it can be started");
        launcher.stop(crashing, StopMode.SHUTDOWN, LONG);
        assertThat(state(crashing)).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldTellWhyABootFailed() throws Exception {
        GuestSpec broken = guest("willing", Map.of("kernel", "/boot/none"));
        assertThatThrownBy(() -> launcher.start(broken, LONG)).isInstanceOf(LaunchException.class)
                .hasMessageContaining("/boot/none");
        assertThat(state(broken)).isEqualTo(GuestState.OFF);
    }
}
