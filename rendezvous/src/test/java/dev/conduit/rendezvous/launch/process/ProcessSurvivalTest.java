package dev.conduit.rendezvous.launch.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.StopMode;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The launcher's JVM is killed; what it started goes on, and is found again. */
@Timeout(300)
class ProcessSurvivalTest {

    private ProcessFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new ProcessFixture();
        fixture.launcher.close();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void shouldAdoptWhatAKilledLauncherStarted() throws Exception {
        GuestSpec guest = fixture.guest("web", "sleep", "600.6001");
        Process other = fixture.otherLauncher(List.of(), "-", "sleep", "600.6001");
        int domain;
        try (var lines = other.inputReader()) {
            assertThat(ProcessFixture.line(lines)).isEqualTo("ready");
            String line = ProcessFixture.line(lines);
            assertThat(line).startsWith("domain ");
            domain = Integer.parseInt(line.substring("domain ".length()));
        } finally {
            ProcessFixture.kill(other);
        }
        fixture.reopen();
        assertThat(fixture.state(guest)).isEqualTo(GuestState.RUNNING);
        assertThat(fixture.start(guest)).isEqualTo(domain);
        assertThat(ProcessFixture.processesWith("600.6001")).hasSize(1);
        assertThat(fixture.dom0.readString("/local/domain/" + domain + "/name")).isEqualTo("web");
        fixture.launcher.stop(guest, StopMode.SHUTDOWN, ProcessFixture.LONG);
        assertThat(ProcessFixture.processesWith("600.6001")).isEmpty();
        await().atMost(ProcessFixture.LONG)
                .until(() -> !fixture.dom0.exists("/local/domain/" + domain));
    }

    @Test
    void shouldLeaveNoProcessUnknownWhenKilledInTheMiddleOfAStart() throws Exception {
        long seed = 20261127;
        Random random = new Random(seed);
        GuestSpec guest = fixture.guest("web", "sleep", "600.6002");
        for (int round = 0; round < 6; round++) {
            Process other = fixture.otherLauncher(List.of(), "-", "sleep", "600.6002");
            try (var lines = other.inputReader()) {
                assertThat(ProcessFixture.line(lines)).isEqualTo("ready");
                TimeUnit.MILLISECONDS.sleep(random.nextInt(120));
            } finally {
                ProcessFixture.kill(other);
            }
            fixture.reopen();
            // A shell that saw the end of its input is on its way out.
            await("seed " + seed + ", round " + round).atMost(ProcessFixture.LONG).untilAsserted(() ->
                    assertThat(ProcessFixture.processesWith("600.6002"))
                            .hasSize(fixture.state(guest) == GuestState.RUNNING ? 1 : 0));
            fixture.start(guest);
            assertThat(ProcessFixture.processesWith("600.6002")).hasSize(1);
            fixture.launcher.stop(guest, StopMode.DESTROY, ProcessFixture.LONG);
            assertThat(ProcessFixture.processesWith("600.6002")).isEmpty();
            fixture.launcher.close();
        }
    }
}
