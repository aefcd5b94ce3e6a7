package dev.conduit.rendezvous.launch.xapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.StopMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a simulated pool; no real one was at hand. */
@Timeout(300)
class XapiLauncherTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(700);

    @TempDir
    private static Path keyFolder;
    private static Path key;

    @TempDir
    private Path folder;

    private SimulatedPool pool;
    private Launcher launcher;
    private GuestSpec guest;

    @BeforeAll
    static void makeKey() throws Exception {
        key = SimulatedPool.makeKey(keyFolder);
    }

    @BeforeEach
    void open() throws Exception {
        pool = new SimulatedPool(folder, key);
        pool.machine("OpaqueRef:1", "web", "Halted");
        launcher = new XapiLauncherProvider().open(null);
        guest = guest(Map.of("fingerprint", pool.fingerprint()));
    }

    @AfterEach
    void close() {
        launcher.close();
        pool.close();
    }

    private GuestSpec guest(Map<String, Object> more) throws Exception {
        Path password = Files.writeString(folder.resolve("password"), SimulatedPool.PASSWORD + "\n");
        Map<String, Object> settings = new HashMap<>(Map.of("url", pool.url(), "passwordFile", password.toString()));
        settings.putAll(more);
        return new GuestSpec("web", List.of(), settings);
    }

    private GuestState state() throws Exception {
        return launcher.states(List.of(guest)).get("web");
    }

    private String power(String ref) {
        return (String) pool.machines.get(ref).get("power_state");
    }

    @Test
    void shouldStartAndStop() throws Exception {
        assertThat(state()).isEqualTo(GuestState.OFF);
        assertThat(launcher.start(guest, LONG)).isEqualTo(-1);
        launcher.start(guest, LONG);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(state()).isEqualTo(GuestState.OFF);
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        launcher.stop(guest, StopMode.DESTROY, LONG);
        assertThat(pool.machines).as("its record stays").containsKey("OpaqueRef:1");
        assertThat(pool.calls).filteredOn(call -> call.matches("VM\\.(start|.*shutdown|destroy)"))
                .containsExactly("VM.start", "VM.clean_shutdown", "VM.start", "VM.hard_shutdown");
        assertThat(pool.calls).filteredOn("session.login_with_password"::equals).hasSize(1);
    }

    @Test
    void shouldSuspendAndResumeAndUnpause() throws Exception {
        launcher.start(guest, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        assertThat(state()).isEqualTo(GuestState.SUSPENDED);
        launcher.start(guest, LONG);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        pool.machines.get("OpaqueRef:1").put("power_state", "Paused");
        assertThat(state()).isEqualTo(GuestState.PAUSED);
        launcher.start(guest, LONG);
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        launcher.stop(guest, StopMode.SUSPEND, LONG);
        launcher.stop(guest, StopMode.SHUTDOWN, LONG);
        assertThat(state()).isEqualTo(GuestState.OFF);
    }

    @Test
    void shouldDestroyGuestThatIgnoresShutdown() throws Exception {
        launcher.start(guest, LONG);
        pool.hanging.put("VM.clean_shutdown", new CountDownLatch(1));
        launcher.stop(guest, StopMode.SHUTDOWN, SHORT);
        assertThat(power("OpaqueRef:1")).isEqualTo("Halted");
    }

    @Test
    void shouldLeaveGuestRunningThatCannotBeSuspended() throws Exception {
        launcher.start(guest, LONG);
        pool.errors.put("VM.suspend", List.of("VM_LACKS_FEATURE", "OpaqueRef:1"));
        assertThatThrownBy(() -> launcher.stop(guest, StopMode.SUSPEND, LONG)).isInstanceOf(LaunchException.class)
                .hasMessage("guest web was not stopped: VM_LACKS_FEATURE (OpaqueRef:1)");
        assertThat(state()).isEqualTo(GuestState.RUNNING);
    }

    @Test
    void shouldLoginAgainWhenTheSessionHasExpired() throws Exception {
        launcher.start(guest, LONG);
        pool.expireSessions();
        assertThat(state()).isEqualTo(GuestState.RUNNING);
        launcher.close();
        assertThat(pool.calls).filteredOn("session.login_with_password"::equals).hasSize(2);
        assertThat(pool.calls).last().isEqualTo("session.logout");
    }

    @Test
    void shouldTellWhatThePoolRefused() throws Exception {
        pool.errors.put("VM.start", List.of("HOST_NOT_ENOUGH_FREE_MEMORY", "268435456", "1048576"));
        assertThatThrownBy(() -> launcher.start(guest, LONG)).isInstanceOf(LaunchException.class)
                .hasMessage("guest web was not started: HOST_NOT_ENOUGH_FREE_MEMORY (268435456, 1048576)");
        Path wrong = Files.writeString(folder.resolve("wrong"), "wrong\n");
        GuestSpec stranger = guest(Map.of("fingerprint", pool.fingerprint(), "passwordFile", wrong.toString()));
        assertThatThrownBy(() -> launcher.start(stranger, LONG)).hasMessage(
                "guest web was not started: SESSION_AUTHENTICATION_FAILED (root, Authentication failure)");
        GuestSpec noFile = guest(Map.of("fingerprint", pool.fingerprint(), "passwordFile", "/no/such"));
        assertThatThrownBy(() -> launcher.start(noFile, LONG)).hasMessage("passwordFile: cannot read /no/such");
    }

    @Test
    void shouldTakeBackAStartThatTookTooLong() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        pool.hanging.put("VM.start", slow);
        pool.errors.put("VM.hard_shutdown", List.of("OTHER_OPERATION_IN_PROGRESS", "VM", "OpaqueRef:1", "start"));
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread starter = new Thread(() -> {
            try {
                launcher.start(guest, SHORT);
            } catch (LaunchException | InterruptedException e) {
                end.set(e);
            }
        });
        starter.start();
        await().atMost(LONG).until(() -> pool.calls.contains("VM.hard_shutdown"));
        slow.countDown();
        await().atMost(LONG).until(() -> power("OpaqueRef:1").equals("Running"));
        pool.errors.clear();
        starter.join(LONG.toMillis());
        assertThat(end.get()).isInstanceOf(LaunchException.class).hasMessageMatching(
                "VM.start: https://127.0.0.1:[0-9]+/jsonrpc did not answer within 700 ms");
        assertThat(power("OpaqueRef:1")).isEqualTo("Halted");
    }

    @Test
    void shouldTakeBackWhatAnInterruptedStartBegan() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        pool.hanging.put("VM.start", slow);
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread starter = new Thread(() -> {
            try {
                launcher.start(guest, LONG);
            } catch (LaunchException | InterruptedException e) {
                end.set(e);
            }
        });
        starter.start();
        await().atMost(LONG).until(() -> pool.calls.contains("VM.start"));
        starter.interrupt();
        starter.join(LONG.toMillis());
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
        assertThat(pool.calls).contains("VM.hard_shutdown");
    }

    @Test
    void shouldRefuseNamesThatAreNotOne() throws Exception {
        pool.machine("OpaqueRef:2", "web", "Running");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessage("guest web: 2 virtual machines are called 'web':"
                + " give the UUID of the one that is meant");
        GuestSpec byUuid = guest(Map.of("fingerprint", pool.fingerprint(), "vm", "00000000-0000-0000-0000-000000000000"));
        launcher.start(byUuid, LONG);
        assertThat(power("OpaqueRef:1")).isEqualTo("Running");
        assertThat(launcher.states(List.of(byUuid))).containsEntry("web", GuestState.RUNNING);
        GuestSpec none = guest(Map.of("fingerprint", pool.fingerprint(), "vm", "none"));
        assertThatThrownBy(() -> launcher.start(none, LONG))
                .hasMessage("guest web: no virtual machines are called 'none'");
        assertThat(launcher.states(List.of(none))).containsEntry("web", GuestState.OFF);
    }

    @Test
    void shouldAskOnceForThousands() throws Exception {
        List<GuestSpec> guests = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            pool.machine("OpaqueRef:many-" + i, "sleeper-" + i, i == 7 ? "Suspended" : "Halted");
            guests.add(new GuestSpec("sleeper-" + i, List.of(), guest.settings()));
        }
        pool.machines.get("OpaqueRef:many-8").put("current_operations", Map.of("OpaqueRef:task", "clean_shutdown"));
        pool.machines.get("OpaqueRef:many-9").put("is_a_template", true);
        assertThat(launcher.states(guests)).hasSize(10_000).containsEntry("sleeper-7", GuestState.SUSPENDED)
                .containsEntry("sleeper-8", GuestState.STOPPING).containsEntry("sleeper-9", GuestState.OFF);
        assertThat(pool.calls).containsExactly("session.login_with_password", "VM.get_all_records");
    }

    @Test
    void shouldTrustOnlyWhomItWasTold() throws Exception {
        assertThatThrownBy(() -> launcher.states(List.of(guest(Map.of("fingerprint", "00".repeat(32))))))
                .isInstanceOf(LaunchException.class).hasMessageContaining("the server's certificate has the fingerprint "
                        + pool.fingerprint() + ", not " + "00".repeat(32));
        assertThatThrownBy(() -> launcher.states(List.of(guest(Map.of()))))
                .isInstanceOf(LaunchException.class).hasMessageContaining("unable to find valid certification path");
        assertThat(launcher.states(List.of(guest(Map.of("ca", pool.authorities().toString())))))
                .containsEntry("web", GuestState.OFF);
        assertThatThrownBy(() -> launcher.states(List.of(guest(Map.of("ca", "/no/such.pem")))))
                .hasMessage("ca: cannot use /no/such.pem: /no/such.pem");
        assertThat(pool.calls).as("nobody else saw the password").hasSize(2);
    }

    @Test
    void shouldTellWhenThePoolIsGoneOrAnswersNonsense() throws Exception {
        launcher.start(guest, LONG);
        pool.rubbish = "<html>";
        assertThatThrownBy(this::state).hasMessageEndingWith("/jsonrpc answered with what is not JSON");
        pool.rubbish = "{\"id\": 1}";
        assertThatThrownBy(this::state).hasMessageEndingWith("/jsonrpc answered with neither result nor error");
        pool.rubbish = "{\"result\": {\"OpaqueRef:1\": 5}}";
        assertThat(state()).isEqualTo(GuestState.OFF);
        pool.close();
        assertThatThrownBy(this::state).isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("VM.get_all_records: https://127.0.0.1:");
    }

    @Test
    void shouldFindMistakesInSettings() {
        assertThat(launcher.check(new GuestSpec("web", List.of(), Map.of("url", "http://10.0.0.1", "fingerprint", "AB:CD",
                "ca", "x", "password", "secret")))).extracting(problem -> problem.key() + ": " + problem.message())
                .containsExactlyInAnyOrder("passwordFile: is missing",
                        "fingerprint: is not 64 hexadecimal digits: the SHA-256 of a certificate",
                        "ca: cannot be given beside fingerprint",
                        "url: 'http://10.0.0.1' is not https://HOST (http only for this machine itself)",
                        "password: is not a setting of this launcher; it has ca, fingerprint, passwordFile, url, user, vm");
    }

    @Test
    void shouldRefuseUseAfterClose() {
        launcher.close();
        assertThatThrownBy(this::state).hasMessage("the launcher xapi is closed");
        assertThatThrownBy(() -> launcher.start(guest, LONG)).hasMessage("the launcher xapi is closed");
    }
}
