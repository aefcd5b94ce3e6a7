package dev.conduit.rendezvous;

import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the whole tree over and over, each time in one transaction, and notes every flow that stands half in one state
 * and half in another.
 */
final class StoreObserver implements AutoCloseable {

    private final XenStoreClient dom0;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<?> done;
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final Set<FlowState> seen = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;
    private int snapshots;

    StoreObserver(XenStoreClient dom0) {
        this.dom0 = dom0;
        done = thread.submit(() -> {
            while (!stopped) {
                look();
            }
            return null;
        });
    }

    private void look() throws XenStoreException {
        Map<String, String> tree = dom0.transaction(transaction -> {
            Map<String, String> values = new TreeMap<>();
            read(transaction, Layout.ROOT, values);
            for (String domain : transaction.list("/local/domain")) {
                read(transaction, "/local/domain/" + domain + "/data", values);
            }
            // Without commit it never conflicts.
            transaction.abort();
            return values;
        });
        snapshots++;
        judge(tree);
    }

    private static void read(XenStoreOperations store, String path, Map<String, String> values)
            throws XenStoreException {
        if (store.exists(path)) {
            values.put(path, store.readString(path));
            for (String child : store.list(path)) {
                read(store, path + "/" + child, values);
            }
        }
    }

    private void judge(Map<String, String> tree) {
        Map<String, String> queued = new HashMap<>();
        Map<String, String> established = new HashMap<>();
        tree.forEach((path, value) -> {
            if (path.matches("/conduit/[^/]+/listen/[^/]+")) {
                queued.put(value, path);
            } else if (path.matches("/conduit/[^/]+/established/[^/]+/[^/]+")) {
                established.put(value, path);
            }
        });
        tree.forEach((path, value) -> {
            if (path.matches("/conduit/flows/[^/]+")) {
                String flow = path.substring(path.lastIndexOf('/') + 1);
                judge(tree, flow, value, queued.remove(flow), established.remove(flow));
            }
        });
        queued.forEach((flow, path) -> violations.add(path + " has no flow " + flow));
        established.forEach((flow, path) -> violations.add(path + " has no flow " + flow));
    }

    private void judge(Map<String, String> tree, String flow, String value, String queued, String established) {
        FlowRecord record = FlowRecord.parse(value.getBytes(StandardCharsets.UTF_8));
        seen.add(record.state());
        List<String> vchan = tree.keySet().stream()
                .filter(path -> path.matches("/local/domain/[0-9]+/data/vchan/[0-9]+/" + flow + "/.*"))
                .map(path -> path.substring(path.lastIndexOf('/') + 1)).sorted().toList();
        boolean published = vchan.equals(List.of("event-channel", "ring-ref"));
        boolean good = switch (record.state()) {
            case CONNECTING -> queued != null && established == null && vchan.isEmpty();
            case ESTABLISHED -> queued == null && established != null && published;
            case REFUSED -> queued == null && established == null && vchan.isEmpty();
            case CLOSED -> queued == null && established == null
                    && (record.field(FlowRecord.BY).equals("client") ? published : vchan.isEmpty());
        };
        if (!good) {
            violations.add("flow " + flow + " is " + value + " with queue entry " + queued + ", established "
                    + established + ", vchan nodes " + vchan);
        }
    }

    /** What was wrong, over all snapshots. */
    List<String> violations() {
        return List.copyOf(violations);
    }

    /** The states in which flows were seen. */
    Set<FlowState> seen() {
        return seen;
    }

    /** How often the tree was read; only after close. */
    int snapshots() {
        return snapshots;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            done.get();
        } catch (ExecutionException failed) {
            violations.add("the observer failed: " + failed.getCause());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        } finally {
            thread.shutdown();
        }
    }
}
