package dev.conduit.rendezvous.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Figures in flow records, as text. */
class FlowCountersTest {

    @Test
    void shouldWriteAndReadTheFigures() {
        FlowCounters counters = new FlowCounters(1_700_000_000, 1_700_000_060, 1000, 70);
        FlowRecord record = counters.in(new FlowRecord(FlowState.ESTABLISHED).with(FlowRecord.SERVER, "web"));
        assertThat(record).hasToString("(established (server web) (opened 1700000000) (active 1700000060)"
                + " (to-server 1000) (to-client 70))");
        assertThat(FlowCounters.of(FlowRecord.parse(record.toString().getBytes(StandardCharsets.UTF_8))))
                .contains(counters);
    }

    @Test
    void shouldReplaceOlderFigures() {
        FlowRecord older = new FlowCounters(1, 2, 3, 4).in(new FlowRecord(FlowState.ESTABLISHED));
        assertThat(FlowCounters.of(new FlowCounters(1, 9, 8, 7).in(older))).contains(new FlowCounters(1, 9, 8, 7));
    }

    @Test
    void shouldFindNoneInRecordsWithoutOrWithForgedOnes() {
        FlowRecord record = new FlowRecord(FlowState.ESTABLISHED);
        assertThat(FlowCounters.of(record)).isEmpty();
        FlowRecord good = new FlowCounters(1, 2, 3, 4).in(record);
        for (String forged : new String[] {"x", "-1", "1e9", "9999999999999999999"}) {
            assertThat(FlowCounters.of(good.with("to-server", forged))).as(forged).isEmpty();
        }
    }

    @Test
    void shouldFitWithTheLongestNames() {
        String longest = "x".repeat(63);
        FlowRecord record = new FlowCounters(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE)
                .in(new FlowRecord(FlowState.ESTABLISHED).with(FlowRecord.SERVER, longest)
                        .with(FlowRecord.CLIENT, longest).with(FlowRecord.CONNECTION, "x".repeat(12)));
        assertThat(record.toString().length()).isLessThan(FlowRecord.MAX_BYTES);
    }
}
