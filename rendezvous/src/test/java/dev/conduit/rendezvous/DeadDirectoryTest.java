package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.conduit.rendezvous.layout.ConduitNames;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A directory that does not answer. The one whose name is there, and whose domain lives, but whose process was killed: so it
 * is left in dom0 on Xen. And one that hangs.
 */
class DeadDirectoryTest extends TwoDomains {

    private SilentServer dead() throws IOException {
        return SilentServer.listen(local.platform("jitsud"), ConduitNames.JITSUD);
    }

    @Test
    void shouldGiveUpADirectoryThatTakesNoRequests() throws Exception {
        SilentServer dead = dead();
        // One after the other they would take longer than each has.
        List<CompletableFuture<Throwable>> failures =
                IntStream.range(0, 10).mapToObj(i -> failedConnect()).toList();
        for (CompletableFuture<Throwable> failure : failures) {
            assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOfSatisfying(ConduitRefusedException.class,
                    refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NO_SUCH_NAME))
                    .hasMessage("no such name: 'nobody'; and no directory starts it: connect to 'jitsud' timed out:"
                            + " domain " + dead.domain() + " did not answer within 5000 ms");
        }
        assertThat(dead.entry()).as("the request is taken back").isEmpty();
    }

    @Test
    void shouldKeepTheCallersTimeWhenThatIsShorter() throws IOException {
        SilentServer dead = dead();
        assertThatThrownBy(() -> asking.connect("nobody", SHORT)).isInstanceOf(ConduitTimeoutException.class)
                .hasMessage("connect to 'nobody' timed out after 200 ms: the directory did not answer");
        assertThat(dead.entry()).isEmpty();
    }

    @Test
    void shouldTimeOutWhenTheDirectoryTakesTheRequestAndHangs() throws IOException {
        try (ConduitServer hanging = serving.listen(
                ConduitNames.JITSUD, ListenOptions.defaults().asWellKnownService())) {
            assertThatThrownBy(() -> asking.connect("nobody", SHORT)).isInstanceOf(ConduitTimeoutException.class)
                    .as(hanging.name())
                    .hasMessage("connect to 'nobody' timed out after 200 ms: the directory did not answer");
        }
    }

    /** On a thread of its own: the common pool has few. */
    private CompletableFuture<Throwable> failedConnect() {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        new Thread(() -> failure.complete(catchThrowable(() -> asking.connect("nobody", LONG)))).start();
        return failure;
    }
}
