package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.layout.FlowCounters;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Figures in flow records. */
class FlowStatisticsTest extends TwoDomains {

    private FlowRecord record(ConduitConnection connection) throws IOException {
        return FlowRecord.parse(local.dom0.read(Layout.flow(connection.flow())));
    }

    private Optional<FlowCounters> counters(ConduitConnection connection) throws IOException {
        return FlowCounters.of(record(connection));
    }

    @Test
    void shouldTellBytesEachWayAndTimes() throws IOException {
        long before = System.currentTimeMillis() / 1000;
        try (ConduitServer server = serving.listen("web");
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            client.write(ByteBuffer.allocate(1000));
            assertThat(accepted.read(ByteBuffer.allocate(1000))).isEqualTo(1000);
            accepted.write(ByteBuffer.allocate(70));
            assertThat(read(client, 70)).hasSize(70);
            FlowCounters counters = await().atMost(LONG)
                    .until(() -> counters(client), Optional::isPresent).orElseThrow();
            assertThat(counters.toServer()).isEqualTo(1000);
            assertThat(counters.toClient()).isEqualTo(70);
            assertThat(counters.opened()).isBetween(before, System.currentTimeMillis() / 1000);
            assertThat(counters.active()).isBetween(counters.opened(), System.currentTimeMillis() / 1000);
            assertThat(record(client).state()).isEqualTo(FlowState.ESTABLISHED);
            assertThat(record(client).field(FlowRecord.SERVER)).isEqualTo("web");
        }
    }

    /** However much goes through, and however many flows there are, XenStore sees little of it. */
    @Test
    void shouldWriteAtBoundedRate() throws Exception {
        List<String> changes = new CopyOnWriteArrayList<>();
        try (ConduitServer server = serving.listen("web");
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = server.accept(LONG)) {
            ConduitConnection marker = asking.connect("web", LONG);
            ConduitConnection acceptedMarker = server.accept(LONG);
            var watch = local.dom0.watch(Layout.flow(client.flow()), changes::add);
            ByteBuffer data = ByteBuffer.allocate(64);
            marker.write(data.clear());
            acceptedMarker.read(data.clear());
            // The figures of the second flow, which is younger, come after those of the first.
            while (counters(marker).isEmpty()) {
                client.write(data.clear());
                accepted.read(data.clear());
            }
            watch.close();
            acceptedMarker.close();
            marker.close();
        }
        // One when the watch is set, one for the figures.
        assertThat(changes).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void shouldNotBringBackWhatTheClientClosed() throws Exception {
        FlowCounters counters = new FlowCounters(1, 2, 3, 4);
        ConduitServer server = serving.listen("web");
        ConduitConnection client = asking.connect("web", LONG);
        try (server; ConduitConnection accepted = server.accept(LONG)) {
            client.close();
            String closed = local.dom0.readString(Layout.flow(client.flow()));
            serving.store().attempt("figures", LONG, transaction ->
                    ServerTransitions.count(transaction, accepted.end().nodes(), counters));
            assertThat(local.dom0.readString(Layout.flow(client.flow()))).isEqualTo(closed);
            local.dom0.remove(Layout.flow(client.flow()));
            serving.store().attempt("figures", LONG, transaction ->
                    ServerTransitions.count(transaction, accepted.end().nodes(), counters));
            assertThat(local.dom0.exists(Layout.flow(client.flow()))).isFalse();
        }
    }
}
