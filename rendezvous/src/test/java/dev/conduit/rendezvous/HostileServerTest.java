package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.PlatformException;
import dev.conduit.rendezvous.layout.Layout;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that answers with nonsense: the client must say what is wrong, and leave nothing. */
class HostileServerTest extends TwoDomains {

    private static final int NO_SUCH_GRANT = 0x7FFF_FFF;

    private SilentServer server;
    private Map<String, String> before;

    @BeforeEach
    void listen() throws IOException {
        server = SilentServer.listen(local.platform("hostile"), "web");
        before = local.tree();
    }

    @Test
    void shouldFailOnStaleNumbers() throws Exception {
        CompletableFuture<Throwable> outcome = failure(() -> asking.connect("web", LONG));
        server.establish(await().atMost(LONG).until(server::entry, entry -> !entry.isEmpty()), NO_SUCH_GRANT, 1);
        assertThat(outcome.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(PlatformException.class)
                .hasMessageStartingWith("domain " + server.domain() + " has no ");
        assertClientLeftNothing();
    }

    @Test
    void shouldFailOnNumbersThatAreNone() throws Exception {
        for (String value : List.of("", "x", "-1", "0", "4294967296", "12 ")) {
            CompletableFuture<Throwable> outcome = failure(() -> asking.connect("web", LONG));
            String id = await().atMost(LONG).until(server::entry, entry -> !entry.isEmpty());
            server.establish(id, value, "1");
            assertThat(outcome.get(LONG.toSeconds(), TimeUnit.SECONDS)).as(value)
                    .isInstanceOf(ConduitException.class)
                    .hasMessageEndingWith("/" + id + "/ring-ref is no positive number of at most 9 digits");
            assertClientLeftNothing();
        }
    }

    @Test
    void shouldFailOnAnswersThatAreNone() throws Exception {
        for (String answer : List.of("", "((((", "(established", "x".repeat(1900))) {
            CompletableFuture<Throwable> outcome = failure(() -> asking.connect("web", LONG));
            String id = await().atMost(LONG).until(server::entry, entry -> !entry.isEmpty());
            server.platform().xenStore().write(Layout.flow(id), answer);
            assertThat(outcome.get(LONG.toSeconds(), TimeUnit.SECONDS)).as(answer).isInstanceOfSatisfying(
                    ConduitRefusedException.class,
                    refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.SERVER_CLOSED));
            assertClientLeftNothing();
        }
    }

    @Test
    void shouldShowReasonItDoesNotKnow() throws Exception {
        CompletableFuture<Throwable> outcome = failure(() -> asking.connect("web", LONG));
        String id = await().atMost(LONG).until(server::entry, entry -> !entry.isEmpty());
        server.platform().xenStore().write(Layout.flow(id), "(refused (reason full-moon))");
        assertThat(outcome.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOfSatisfying(
                ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.OTHER))
                .hasMessage("connect to 'web' was refused by domain " + server.domain()
                        + ": the server says 'full-moon'");
        assertClientLeftNothing();
    }

    @Test
    void shouldSayWhenRecordVanishes() {
        CompletableFuture<Throwable> outcome = failure(() -> asking.connect("web", LONG));
        String id = await().atMost(LONG).until(server::entry, entry -> !entry.isEmpty());
        assertThatThrownBy(() -> {
            server.platform().xenStore().remove(Layout.flow(id));
            throw outcome.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }).isInstanceOf(ConduitRefusedException.class)
                .hasMessageEndingWith("the server closed or ended before it accepted");
    }

    private void assertClientLeftNothing() throws IOException {
        server.sweep();
        assertThat(local.tree()).isEqualTo(before);
    }
}
