package dev.conduit.cli.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.server.Quota;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that cannot begin, or cannot be committed. */
final class RefusedTransactionTest {

    private static final int GUEST = 5;

    @TempDir
    private Path directory;

    @Test
    void shouldSayThatTransactionCannotBegin() throws Exception {
        try (XenStoreServer server = XenStoreServer.start(
                        ServerOptions.defaults().withQuota(Quota.TRANSACTIONS, 1));
                XenStoreClient guest = server.connect(GUEST)) {
            server.listen(directory.resolve("s"), GUEST);
            ToolResult result = guest.transaction(
                    transaction -> ToolResult.of("read", List.of("/a", "/b"), directory.resolve("s")));
            assertThat(result).isEqualTo(new ToolResult(1, "", "xenstore-read: couldn't start transaction\n"));
        }
    }

    @Test
    void shouldSayThatTransactionCannotEnd() {
        try (XenStoreServer server = XenStoreServer.start(ServerOptions.defaults());
                XenStoreClient store = server.connect(0);
                XenStoreClient other = server.connect(0)) {
            AtomicInteger runs = new AtomicInteger();
            assertThatThrownBy(() -> InTransaction.run(store, transaction -> {
                transaction.exists("/a");
                other.write("/a", "changed " + runs.incrementAndGet() + " times");
                transaction.write("/b", "");
            })).isInstanceOf(ToolException.class).hasMessage("couldn't end transaction");
            assertThat(runs).hasValueGreaterThan(1);
        }
    }
}
