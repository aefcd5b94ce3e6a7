package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose XenStore outlives it. */
class LocalHostStateTest {

    @TempDir
    Path states;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = HostFixture.newFolder();
    }

    @AfterEach
    void removeFolder() throws IOException {
        HostFixture.delete(folder);
    }

    private LocalHost start() throws IOException {
        return LocalHost.start(LocalHostOptions.standard().withDirectory(folder)
                .withXenStore(ServerOptions.defaults().withState(states.resolve("state"), Duration.ofDays(1))));
    }

    private XenStoreClient client(LocalHost host) throws IOException {
        return XenStoreClients.connect(host.directory().xenStoreSocket());
    }

    @Test
    void shouldKeepWhatIsNotADomains() throws Exception {
        LocalHost first = start();
        // The host ends before its domain does.
        try (XenStoreClient client = client(first); LocalPlatform guest = LocalPlatform.open(folder, "guest")) {
            client.write("/tool/setting", "kept");
            guest.xenStore().write("data/mine", "not kept");
            first.close();
        } finally {
            first.close();
        }
        try (LocalHost host = start(); XenStoreClient client = client(host)) {
            assertThat(client.readString("/tool/setting")).isEqualTo("kept");
            assertThat(client.list("/local/domain")).isEmpty();
            try (LocalPlatform guest = LocalPlatform.open(folder, "guest")) {
                assertThat(guest.xenStore().list("data")).isEmpty();
            }
        }
    }
}
