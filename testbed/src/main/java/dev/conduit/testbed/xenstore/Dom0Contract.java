package dev.conduit.testbed.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.contract.ClientContract;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every client must do at every server, and what only a real Xen shows: domains that come and go. */
abstract class Dom0Contract extends ClientContract {

    private final Path server;

    Dom0Contract(Path server) {
        this.server = server;
    }

    @Override
    protected XenStoreClient connect(ClientOptions options) throws Exception {
        return XenStoreClients.connect(server, options);
    }

    /** One server for all tests, so each leaves the store as it was. */
    @AfterEach
    @Override
    protected void close() throws Exception {
        super.close();
        try (XenStoreClient last = connect(ClientOptions.defaults())) {
            last.remove("/contract");
        }
    }

    @Test
    void shouldResolveRelativePathsInItsHome() throws Exception {
        assertThat(client.readString("domid")).isEqualTo("0");
        assertThat(client.list("/local/domain/0")).contains("domid", "name");
    }

    @Test
    void shouldFollowADomainFromItsMakingToItsEnd() throws Exception {
        Queue<String> events = new ConcurrentLinkedQueue<>();
        try (XenStoreClient.Watch made = client.watch("@introduceDomain", events::add);
                XenStoreClient.Watch gone = client.watch("@releaseDomain", events::add)) {
            await().atMost(LONG).until(() -> events.size() >= 2);
            events.clear();
            run("xl", "create", "-q", "-p", Place.setting("conduit.testbed.paused"));
            int domain = Integer.parseInt(run("xl", "domid", "paused").trim());
            String home = client.domainPath(domain);

            String name = client.waitFor(store -> store.readStringOptional(home + "/name").orElse(null), LONG);
            assertThat(name).isEqualTo("paused");
            await().atMost(LONG).until(() -> events.contains("@introduceDomain"));
            assertThat(client.administration().isIntroduced(domain)).isTrue();
            run("xl", "destroy", "paused");

            client.waitFor(store -> store.exists(home) ? null : home, LONG);
            await().atMost(LONG).until(() -> events.contains("@releaseDomain"));
            assertThat(client.administration().isIntroduced(domain)).isFalse();
            assertThat(made).isNotSameAs(gone);
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
