package dev.conduit.testbed.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What dom0 may do besides, and what it sees of domains that come and go. */
abstract class Dom0Test extends StoreTest {

    Dom0Test(Path server) {
        super(server, "/conduit-testbed", 0);
    }

    @Test
    void shouldResolveRelativePathsInItsHome() throws Exception {
        assertThat(client.readString("domid")).isEqualTo("0");
        assertThat(client.domainPath(7)).isEqualTo("/local/domain/7");
    }

    @Test
    void shouldFollowADomainFromItsMakingToItsEnd() throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        try (XenStoreClient.Watch made = client.watch("@introduceDomain", events::add);
                XenStoreClient.Watch gone = client.watch("@releaseDomain", events::add)) {
            Awaitility.await().atMost(LONG).until(() -> events.size() >= 2);
            events.clear();
            run("xl", "create", "-q", "-p", Place.setting("conduit.testbed.paused"));
            int domain = Integer.parseInt(run("xl", "domid", "paused").trim());
            String home = client.domainPath(domain);

            String name = client.waitFor(store -> store.readStringOptional(home + "/name").orElse(null), LONG);
            assertThat(name).isEqualTo("paused");
            Awaitility.await().atMost(LONG).until(() -> events.contains("@introduceDomain"));
            run("xl", "destroy", "paused");

            client.waitFor(store -> store.exists(home) ? null : home, LONG);
            Awaitility.await().atMost(LONG).until(() -> events.contains("@releaseDomain"));
            assertThat(made).isNotSameAs(gone);
        }
    }

    final void makeChildren(int count) throws XenStoreException {
        for (int i = 0; i < count; i++) {
            client.mkdir(base + "/many/child-" + "%08d".formatted(i));
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", String.join(" ", command)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), output).isZero();
        return output;
    }
}
