package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The C daemon replaces itself by a new program while clients are connected: what tests of clients build on. */
class LiveUpdateTest {

    @Test
    void shouldKeepAWatchOverALiveUpdateOfTheCDaemon() throws Exception {
        try (PeerServer server = PeerServer.start(Peers.Daemon.C)) {
            Path commandLine = Path.of("/proc/" + server.process().pid() + "/cmdline");
            Process watch = Peers.startTool(server.socket(), "xenstore-watch", "-n", "2", "/watched");
            try (var lines = watch.inputReader()) {
                assertThat(lines.readLine()).isEqualTo("/watched");
                assertThat(Files.readString(commandLine)).doesNotContain("-U");

                Peers.Result update = Peers.tool(server.socket(), "xenstore-control", "live-update",
                        Peers.xenstored().toString());

                assertThat(update).isEqualTo(new Peers.Result(0, "", ""));
                await("the new program").atMost(Duration.ofSeconds(20))
                        .until(() -> Files.readString(commandLine).contains("-U"));
                assertThat(Peers.tool(server.socket(), "xenstore-write", "/watched", "x").exitCode()).isZero();
                assertThat(lines.readLine()).isEqualTo("/watched");
                assertThat(watch.waitFor(20, TimeUnit.SECONDS)).isTrue();
            } finally {
                watch.destroyForcibly();
            }
        }
    }
}
