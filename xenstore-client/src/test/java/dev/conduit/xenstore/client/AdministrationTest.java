package dev.conduit.xenstore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.Feature;
import dev.conduit.xenstore.XenStoreAdministration;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The requests of administration as they are on the wire. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AdministrationTest {

    private final FakeServer server = new FakeServer();
    private final StoreClient client = server.client(Duration.ofSeconds(20));
    private final XenStoreAdministration administration = client.administration();
    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        client.close();
        pool.shutdownNow();
    }

    /** A call that gives nothing. */
    private interface Order {
        void give() throws XenStoreException;
    }

    private void shouldSend(Order order, Operation operation, String payload) throws Exception {
        Future<String> done = pool.submit(() -> {
            order.give();
            return "done";
        });
        server.reply(server.expect(operation, payload), "OK|");
        assertThat(done.get(20, TimeUnit.SECONDS)).isEqualTo("done");
    }

    private <T> T answered(Callable<T> call, Operation operation, String payload, String reply) throws Exception {
        Future<T> done = pool.submit(call);
        server.reply(server.expect(operation, payload), reply);
        return done.get(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldAdministerDomains() throws Exception {
        shouldSend(() -> administration.introduce(5, 4_000_000_000L, 7), Operation.INTRODUCE, "5|4000000000|7|");
        shouldSend(() -> administration.release(5), Operation.RELEASE, "5|");
        shouldSend(() -> administration.resume(5), Operation.RESUME, "5|");
        shouldSend(() -> administration.setTarget(5, 6), Operation.SET_TARGET, "5|6|");
        assertThat(answered(() -> administration.isIntroduced(5), Operation.IS_DOMAIN_INTRODUCED, "5|", "T|")).isTrue();
        assertThat(answered(() -> administration.isIntroduced(5), Operation.IS_DOMAIN_INTRODUCED, "5|", "F|")).isFalse();
    }

    @Test
    void shouldPassOnCommands() throws Exception {
        assertThat(answered(() -> administration.control("log", "on"), Operation.CONTROL, "log|on|", "OK"))
                .isEqualTo("OK");
    }

    @Test
    void shouldNeverAskWithoutPayloadWhereTheOperationIsUnknown() throws Exception {
        Future<Set<Feature>> features = pool.submit(() -> administration.features());
        server.refuse(server.expect(Operation.GET_FEATURE, "0|"), "ENOSYS|");
        assertThat(features.get(20, TimeUnit.SECONDS)).isEmpty();

        Future<List<String>> quotas = pool.submit(() -> administration.quotas());
        server.refuse(server.expect(Operation.GET_QUOTA, "nodes|"), "ENOSYS|");
        assertThatThrownBy(() -> quotas.get(20, TimeUnit.SECONDS)).cause()
                .hasMessage("the XenStore server does not know quotas");
        assertThat(server.quiet()).isTrue();
    }

    @Test
    void shouldAskForFeatures() throws Exception {
        Future<Set<Feature>> own = pool.submit(() -> administration.features());
        // A guest may not ask for another domain; that it is told so shows that the server knows the operation.
        server.refuse(server.expect(Operation.GET_FEATURE, "0|"), "EACCES|");
        server.reply(server.expect(Operation.GET_FEATURE, ""), "4294967294|");
        assertThat(own.get(20, TimeUnit.SECONDS)).containsExactlyInAnyOrder(Feature.ERROR_FIELD, Feature.WATCH_DEPTH,
                Feature.DOMID_ANY);
        assertThat(answered(() -> administration.features(5), Operation.GET_FEATURE, "5|", "4|"))
                .containsExactly(Feature.WATCH_DEPTH);
        shouldSend(() -> administration.setFeatures(5, Set.of(Feature.RECONNECTION, Feature.DOMID_ANY)),
                Operation.SET_FEATURE, "5|9|");
    }

    @Test
    void shouldReadAndSetQuotas() throws Exception {
        Future<List<String>> names = pool.submit(() -> administration.quotas());
        server.reply(server.expect(Operation.GET_QUOTA, "nodes|"), "1000|");
        server.reply(server.expect(Operation.GET_QUOTA, ""), "nodes watches  memory|");
        assertThat(names.get(20, TimeUnit.SECONDS)).containsExactly("nodes", "watches", "memory");
        assertThat(answered(() -> administration.quota("nodes"), Operation.GET_QUOTA, "nodes|", "1000|"))
                .isEqualTo(1000);
        assertThat(answered(() -> administration.quota(5, "nodes"), Operation.GET_QUOTA, "5|nodes|", "0|")).isZero();
        shouldSend(() -> administration.setQuota("nodes", 0xFFFF_FFFFL), Operation.SET_QUOTA, "nodes|4294967295|");
        shouldSend(() -> administration.setQuota(5, "nodes", 7), Operation.SET_QUOTA, "5|nodes|7|");
        assertThatThrownBy(() -> administration.setQuota("nodes", -1)).hasMessage(
                "quota -1 is not between 0 and 4294967295");
    }

    @Test
    void shouldRefuseAnswersThatAreNoNumbers() throws Exception {
        Future<Long> quota = pool.submit(() -> administration.quota("nodes"));
        server.reply(server.expect(Operation.GET_QUOTA, "nodes|"), "many|");
        assertThatThrownBy(() -> quota.get(20, TimeUnit.SECONDS)).cause().isInstanceOf(XenStoreException.class)
                .hasMessage("the XenStore server sent 'many' for quota 'nodes', which is no number");
    }
}
