package dev.conduit.vchan;

import java.util.ArrayList;
import java.util.List;

/**
 * The channels of a selector that are looked at without an event: those that have had one, or were ready, since they
 * were last asked to send one. All others cost nothing. One thread.
 */
final class AwakeKeys<T> implements Spin.Target {

    private final List<VchanKey<T>> keys = new ArrayList<>();
    private final long patience;

    /** @param patience nanoseconds after which one that is not ready is asked for an event, while others are busy */
    AwakeKeys(long patience) {
        this.patience = patience;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    void add(VchanKey<T> key, long now) {
        if (!key.cancelled() && key.wake(now)) {
            keys.add(key);
        }
    }

    /** 1 when one of them is ready, else 0. */
    @Override
    public int poll() {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).readiness().now()) {
                return 1;
            }
        }
        return 0;
    }

    /** Finds those that are ready. */
    void collect(List<T> ready, long now) {
        int kept = 0;
        for (int i = 0; i < keys.size(); i++) {
            VchanKey<T> key = keys.get(i);
            if (key.cancelled()) {
                key.sleep();
            } else if (key.readiness().now() || key.idle(now) > patience && key.readiness().arm()) {
                key.wake(now);
                keys.set(kept++, key);
                ready.add(key.attachment());
            } else if (key.idle(now) > patience) {
                key.sleep();
            } else {
                keys.set(kept++, key);
            }
        }
        keep(kept);
    }

    /** Asks their peers for events, and keeps those that are ready meanwhile; true when there are any. */
    boolean arm() {
        int kept = 0;
        for (int i = 0; i < keys.size(); i++) {
            VchanKey<T> key = keys.get(i);
            if (key.readiness().arm()) {
                keys.set(kept++, key);
            } else {
                key.sleep();
            }
        }
        keep(kept);
        return kept > 0;
    }

    private void keep(int count) {
        for (int last = keys.size() - 1; last >= count; last--) {
            keys.remove(last);
        }
    }
}
