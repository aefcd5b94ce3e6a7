package dev.conduit.bench.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.DomainUsage;
import dev.conduit.xenstore.server.Quota;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** During each abuse the others' calls are right and in time, the guest stays within its bounds, and it leaves nothing. */
final class AbuseTest {

    private static final int HOSTILE = 5;
    private static final int HONEST = 6;
    private static final int CONNECTIONS_MAX = 256;
    /** Replies are never dropped: one a connection may come on top. */
    private static final long LAST_REPLIES = CONNECTIONS_MAX * (4096 + 128);
    private static final long LOOKS = 20;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final DomainUsage NOTHING = new DomainUsage(0, 0, 0, 0, 0);

    @RegisterExtension
    final ShortDirectory directory = new ShortDirectory();

    @ParameterizedTest
    @EnumSource
    void shouldKeepAbuseFromOthers(Abuse abuse) throws Exception {
        Path domain0 = directory.path().resolve("0");
        Path hostile = directory.path().resolve("hostile");
        Path honest = directory.path().resolve("honest");
        ServerOptions options = ServerOptions.defaults();
        try (XenStoreServer server = XenStoreServer.start(options)) {
            server.listen(domain0, 0);
            server.listen(hostile, HOSTILE);
            server.listen(honest, HONEST);
            server.introduce(HOSTILE);
            server.introduce(HONEST);
            try (Bystanders bystanders = new Bystanders(domain0, honest, HOSTILE, HONEST)) {
                try (Attack attack = Attack.start(abuse, hostile)) {
                    for (int i = 0; i < LOOKS; i++) {
                        Bystanders.Times times = bystanders.work(LOOK_NANOS);
                        assertThat(times.transactions()).isNotEmpty();
                        requireBounds(server.usage().getOrDefault(HOSTILE, NOTHING), options);
                    }
                    assertThat(attack.works()).isTrue();
                }
                server.unlisten(hostile);
                server.release(HOSTILE);
                assertThat(bystanders.domain0().administration().control("check")).isEqualTo("OK");
                requireNothing(server);
                assertThat(bystanders.domain0().list("/")).contains("shared").doesNotContain("guest");
            }
        }
    }

    private static void requireBounds(DomainUsage usage, ServerOptions options) {
        assertThat(usage.nodes()).isLessThanOrEqualTo(options.quota(Quota.NODES));
        assertThat(usage.watches()).isLessThanOrEqualTo(options.quota(Quota.WATCHES));
        assertThat(usage.transactions()).isLessThanOrEqualTo(options.quota(Quota.TRANSACTIONS));
        assertThat(usage.connections()).isLessThanOrEqualTo(CONNECTIONS_MAX + 1);
        assertThat(usage.memory()).isLessThanOrEqualTo(options.quota(Quota.MEMORY) + LAST_REPLIES);
    }

    /** A connection still on its way when the domain was released may come back for a moment. */
    private static void requireNothing(XenStoreServer server) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Map<Integer, DomainUsage> usage = server.usage();
        while (usage.containsKey(HOSTILE) && !usage.get(HOSTILE).equals(NOTHING) && System.nanoTime() < deadline) {
            Thread.sleep(10);
            usage = server.usage();
        }
        assertThat(usage.getOrDefault(HOSTILE, NOTHING)).isEqualTo(NOTHING);
    }

    @Test
    void shouldPrintATable() throws IOException, InterruptedException {
        var rows = new AbuseBenchmark(100).run(directory.path());
        assertThat(rows).hasSize(Abuse.values().length + 1).allSatisfy(row -> assertThat(row.callMedian()).isPositive());
        AbuseBenchmark.print(rows, System.out);
    }
}
