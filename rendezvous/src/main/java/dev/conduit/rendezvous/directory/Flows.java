package dev.conduit.rendezvous.directory;

import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import java.util.HashMap;
import java.util.Map;

/** Counts the conduits that are open, or asked for, by the name of their server. */
final class Flows {

    /** Guests fill this folder; beyond this nobody counts, and nothing is stopped as idle. */
    private static final WalkLimits LIMITS = new WalkLimits(100_000, 64 << 20, 1, false);

    private Flows() {}

    static Map<String, Integer> count(XenStoreClient store) throws XenStoreException {
        Map<String, Integer> counts = new HashMap<>();
        if (!store.exists(Layout.FLOWS)) {
            return counts;
        }
        for (XenStoreNode node : store.walk(Layout.FLOWS, LIMITS)) {
            if (node.depth() == 1) {
                try {
                    FlowRecord record = FlowRecord.parse(node.value());
                    if (record.state() == FlowState.ESTABLISHED || record.state() == FlowState.CONNECTING) {
                        counts.merge(record.field(FlowRecord.SERVER), 1, Integer::sum);
                    }
                } catch (IllegalArgumentException junk) {
                    // A guest wrote it; it is nobody's flow.
                    continue;
                }
            }
        }
        return counts;
    }
}
