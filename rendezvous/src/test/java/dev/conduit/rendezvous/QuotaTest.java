package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** XenStore quotas that are used up: back off, say so in time, leave nothing, go on when there is room. */
class QuotaTest extends TwoDomains {

    @Test
    void shouldTimeOutWhileClientHasNoQuotaAndConnectWhenItHas() throws Exception {
        try (ConduitServer server = serving.listen("web")) {
            fill(asking.platform());
            Map<String, String> before = local.tree();
            assertThatThrownBy(() -> asking.connect("web", Duration.ofMillis(300)))
                    .isInstanceOf(ConduitTimeoutException.class)
                    .hasMessage("connect to 'web' timed out after 300 ms: XenStore kept answering ENOSPC");
            assertThat(local.tree()).isEqualTo(before);
            CompletableFuture<ConduitConnection> connecting = CompletableFuture.supplyAsync(() -> connect(asking));
            assertThatThrownBy(() -> server.accept(Duration.ofMillis(100)))
                    .isInstanceOf(ConduitTimeoutException.class);
            free(asking.platform());
            try (ConduitConnection client = connecting.get(LONG.toSeconds(), TimeUnit.SECONDS);
                    ConduitConnection accepted = server.accept(LONG)) {
                assertThat(accepted.flow()).isEqualTo(client.flow());
            }
        }
    }

    @Test
    void shouldRefuseWhileServerHasNoQuotaAndServeWhenItHas() throws IOException {
        try (ConduitServer server = serving.listen("web")) {
            fill(serving.platform());
            assertThatThrownBy(() -> asking.connect("web", RETRIES)).isInstanceOfSatisfying(
                    ConduitRefusedException.class,
                    refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NO_RESOURCES));
            await().atMost(LONG).untilAsserted(() -> assertThat(local.statistics().grants()).isZero());
            free(serving.platform());
            try (ConduitConnection client = asking.connect("web", LONG);
                    ConduitConnection accepted = server.accept(LONG)) {
                assertThat(accepted.flow()).isEqualTo(client.flow());
            }
        }
    }

    private static ConduitConnection connect(Conduit conduit) {
        try {
            return conduit.connect("web", LONG);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Uses up every node of a domain. */
    private static void fill(Platform platform) throws XenStoreException {
        for (int i = 0; ; i++) {
            try {
                platform.xenStore().mkdir(folder(platform) + "/" + i / 100 + "/" + i);
            } catch (XenStoreException full) {
                assertThat(full.error()).isEqualTo("ENOSPC");
                return;
            }
        }
    }

    private static void free(Platform platform) throws XenStoreException {
        platform.xenStore().remove(folder(platform));
    }

    private static String folder(Platform platform) {
        String vchans = Layout.vchans(platform.self());
        return vchans.substring(0, vchans.lastIndexOf('/')) + "/fill";
    }
}
