package dev.conduit.rendezvous;

import dev.conduit.rendezvous.layout.FlowCounters;
import dev.conduit.vchan.VchanState;
import dev.conduit.vchan.VchanStatistics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Writes into the flow records what went through the connections, for management tools: by the server of each, from
 * counters that the channel keeps anyway. A flow's record changes at most once in ten seconds and only after traffic; a
 * process changes at most twenty a second.
 */
final class FlowStatistics implements Dispatcher.Chore {

    /** Connections that live shorter than this cost nothing. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Flows that are due within this time are looked at in one turn, or a thousand would mean a hundred turns a second. */
    private static final long TOGETHER_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** The background has other work; what is not written now is written in the next turn. */
    private static final Duration LONGEST = Duration.ofMillis(100);

    private final Store store;
    private final Map<ConduitConnection, Flow> flows = new ConcurrentHashMap<>();
    private long nextWrite = System.nanoTime();

    /** What was seen of one flow. */
    private static final class Flow {
        private final long opened = seconds();
        private long next = System.nanoTime() + FIRST_NANOS;
        private long bytesRead;
        private long bytesWritten;
    }

    private static long seconds() {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    }

    FlowStatistics(Store store) {
        this.store = store;
    }

    void add(ConduitConnection connection) {
        flows.put(connection, new Flow());
    }

    void remove(ConduitConnection connection) {
        flows.remove(connection);
    }

    @Override
    public long poll() {
        long now = System.nanoTime();
        long due = Dispatcher.IDLE;
        for (Map.Entry<ConduitConnection, Flow> each : flows.entrySet()) {
            Flow flow = each.getValue();
            if (flow.next - now <= 0) {
                if (nextWrite - now > 0) {
                    return nextWrite - now;
                }
                if (look(each.getKey(), flow)) {
                    nextWrite = System.nanoTime() + PACE_NANOS;
                }
                flow.next = now + INTERVAL_NANOS;
            }
            due = Math.min(due, Math.max(TOGETHER_NANOS, flow.next - now));
        }
        return due;
    }

    /** True when something was to be written. */
    private boolean look(ConduitConnection connection, Flow flow) {
        if (connection.state() != VchanState.OPEN) {
            return false;
        }
        VchanStatistics seen = connection.statistics();
        if (seen.bytesRead() == flow.bytesRead && seen.bytesWritten() == flow.bytesWritten) {
            return false;
        }
        FlowCounters counters = new FlowCounters(flow.opened, seconds(), seen.bytesRead(), seen.bytesWritten());
        // A record that the client spoiled, or a XenStore that is busy: these figures are for information only.
        if (store.attempt("figures of flow " + connection.flow(), LONGEST, transaction ->
                ServerTransitions.count(transaction, connection.end().nodes(), counters))) {
            flow.bytesRead = seen.bytesRead();
            flow.bytesWritten = seen.bytesWritten();
        }
        return true;
    }
}
