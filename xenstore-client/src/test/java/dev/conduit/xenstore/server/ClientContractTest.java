package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.contract.ClientContract;
import dev.conduit.xenstore.contract.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every client must do at this server, over whatever transport: with guests, and with a look at what is left. */
abstract class ClientContractTest extends ClientContract {

    final TestServer server = new TestServer();

    abstract XenStoreClient connect(int domain, ClientOptions options) throws Exception;

    private XenStoreClient connect(int domain) throws Exception {
        return connect(domain, ClientOptions.defaults());
    }

    @Override
    protected final XenStoreClient connect(ClientOptions options) throws Exception {
        return connect(0, options);
    }

    @Override
    protected final Dialect dialect() {
        return Dialect.OURS;
    }

    /** What the server counts for a domain whose client was closed: a ring stays while the domain does. */
    int connectionsAfterClose() {
        return 0;
    }

    @AfterEach
    @Override
    protected void close() throws Exception {
        super.close();
        server.close();
    }

    @Test
    void shouldNotShareValuesWithTheServer() throws Exception {
        byte[] value = {1};
        client.write("/a", value);
        value[0] = 2;
        client.read("/a")[0] = 3;

        assertThat(client.read("/a")).containsExactly(1);
    }

    @Test
    void shouldSetAndInheritPermissions() throws Exception {
        List<Permission> permissions = List.of(new Permission(Access.NONE, 0), new Permission(Access.BOTH, 5));
        client.mkdir("/a");
        client.setPermissions("/a", permissions);
        try (XenStoreClient guest = connect(5)) {
            guest.write("/a/b", "mine");

            assertThat(guest.permissions("/a/b")).containsExactly(new Permission(Access.NONE, 5),
                    new Permission(Access.BOTH, 5));
            assertThatThrownBy(() -> guest.read("/tool")).hasMessageEndingWith("EACCES");
            assertThatThrownBy(() -> guest.read("/nothing")).hasMessageEndingWith("EACCES");
        }
        assertThat(client.permissions("/a")).isEqualTo(permissions);
    }

    @Test
    void shouldUseHomeOfDomainForRelativePaths() throws Exception {
        client.write("/local/domain/5/data", "");
        client.setPermissions("/local/domain/5/data", List.of(new Permission(Access.NONE, 5)));
        try (XenStoreClient guest = connect(5)) {
            guest.write("data/x", "y");

            assertThat(guest.domainPath(5)).isEqualTo("/local/domain/5");
        }
        assertThat(client.readString("/local/domain/5/data/x")).isEqualTo("y");
    }

    @Test
    void shouldLeaveNoTransactionThatThrew() {
        assertThatThrownBy(() -> client.transaction(tx -> {
            tx.write("/t", "1");
            throw new IllegalStateException("no");
        })).isInstanceOf(IllegalStateException.class);

        assertThat(server.usage(0).transactions()).isZero();
        assertThatThrownBy(() -> client.read("/t")).hasMessageEndingWith("ENOENT");
    }

    @Test
    void shouldEndWatchesAtTheServer() throws Exception {
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        XenStoreClient.Watch watch = client.watch("/w", events::add);
        await().atMost(LONG).until(() -> events.contains("/w"));
        client.write("/w/x/y", "1");
        await().atMost(LONG).until(() -> events.contains("/w/x/y"));
        assertThat(server.usage(0).watches()).isEqualTo(1);
        watch.close();
        assertThat(server.usage(0).watches()).isZero();
    }

    @Test
    void shouldWaitForAConditionAndCleanUp() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<String> waited = pool.submit(() ->
                    client.waitFor(store -> store.readStringOptional("/ready").orElse(null), LONG));
            await().atMost(LONG).until(() -> server.usage(0).watches() == 1);
            client.write("/ready", "yes");

            assertThat(waited.get(20, TimeUnit.SECONDS)).isEqualTo("yes");
            assertThat(server.usage(0).watches()).isZero();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void shouldCleanUpWhenAWaitTimesOut() {
        assertThatThrownBy(() -> client.waitFor(store -> store.exists("/never") ? "" : null, Duration.ofMillis(20)))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("the condition on [/never] did not hold within 20 ms");
        assertThat(server.usage(0).watches()).isZero();
    }

    @Test
    void shouldEndBlockedCallsWhenTheServerIsLost() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<String> waited = pool.submit(() ->
                    client.waitFor(store -> store.readStringOptional("/never").orElse(null), LONG));
            await().atMost(LONG).until(() -> server.usage(0).watches() == 1);
            server.close();

            assertThatThrownBy(() -> waited.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(XenStoreException.class);
            assertThatThrownBy(() -> client.read("/")).isInstanceOf(XenStoreException.class)
                    .matches(e -> ((XenStoreException) e).error() == null);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void shouldLeaveNothingAfterClose() {
        client.close();
        client.close();

        assertThatThrownBy(() -> client.read("/")).isInstanceOf(XenStoreException.class)
                .hasMessage("XenStore read of '/' failed: the XenStore client was closed");
        await().atMost(LONG).until(() -> server.usage(0).connections() == connectionsAfterClose());
    }

    @Test
    void shouldLoseConnectionsOfAReleasedDomain() throws Exception {
        server.introduce(5);
        client.write("/g", "");
        client.setPermissions("/g", List.of(new Permission(Access.NONE, 0), new Permission(Access.BOTH, 5)));
        XenStoreClient guest = connect(5);
        guest.write("/g/own", "x");
        ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        XenStoreClient.Watch watch = client.watch("@releaseDomain", events::add);
        await().atMost(LONG).until(() -> events.size() == 1);
        server.release(5);
        await().atMost(LONG).until(() -> events.size() == 2);
        watch.close();

        assertThat(client.list("/g")).isEmpty();
        assertThat(client.permissions("/g")).containsExactly(new Permission(Access.NONE, 0));
        await().atMost(LONG).untilAsserted(() -> assertThatThrownBy(() -> guest.read("/g"))
                .isInstanceOf(XenStoreException.class).matches(e -> ((XenStoreException) e).error() == null));
        guest.close();
        await().atMost(LONG).until(() -> server.knowsNothingOf(5));
    }
}
