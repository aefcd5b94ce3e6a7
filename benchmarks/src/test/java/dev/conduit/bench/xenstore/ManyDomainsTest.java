package dev.conduit.bench.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ten thousand domains on one server whose heap is limited to 512 MiB. */
final class ManyDomainsTest {

    private static final int DOMAINS = 10_000;

    @RegisterExtension
    final ShortDirectory directory = new ShortDirectory();

    @Test
    void shouldServeTenThousandDomainsWithinItsHeap() throws Exception {
        assumeTrue(Descriptors.limit() > DOMAINS + 500,
                "a process may open only " + Descriptors.limit() + " files: as root, ulimit -Hn " + (DOMAINS + 500));
        try (Holdings holdings = new Holdings();
                RunningServer server = RunningServer.start(ServerKind.CONDUIT, directory.path(), null)) {
            ManyDomains.Cost cost = new ManyDomains(server, DOMAINS, holdings).run();
            System.out.println("ten thousand domains: " + cost);
            assertThat(cost.conflicts()).isZero();
            assertThat(cost.node()).as("bytes a node").isBetween(50.0, 400.0);
            assertThat(cost.connection()).as("bytes a connection").isBetween(200.0, 4000.0);
            assertThat(cost.watch()).as("bytes a watch").isBetween(50.0, 1500.0);
            assertThat(cost.transaction()).as("bytes a transaction").isBetween(50.0, 8000.0);
        }
    }
}
