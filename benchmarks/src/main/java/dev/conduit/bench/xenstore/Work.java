package dev.conduit.bench.xenstore;

import java.io.IOException;

/** Work that is done again and again on one connection. */
enum Work {
    READ("read", 1, probe -> probe.client().read(Probe.NODE)),
    WRITE("write", 1, probe -> probe.client().write(Probe.NODE, Probe.VALUE)),
    TRANSACTION("read-write transaction", 1, probe -> probe.client().transaction(store -> {
        byte[] value = store.read(Probe.NODE);
        store.write(Probe.NODE, value);
        return value;
    })),
    READS_PIPELINED("read, 100 pipelined", Probe.DEPTH, Probe::pipelineReads),
    WRITES_PIPELINED("write, 100 pipelined", Probe.DEPTH, Probe::pipelineWrites),
    CHILD_WRITE("write a child", 1, probe -> probe.client().write(Probe.CHILD, Probe.VALUE)),
    CHILD_CREATE("create and remove a child", 1, probe -> {
        probe.client().write(Probe.NEW_CHILD, Probe.VALUE);
        probe.client().remove(Probe.NEW_CHILD);
    }),
    CHILD_TRANSACTION("create a child in a transaction, remove it", 1, probe -> {
        probe.client().transaction(store -> {
            store.write(Probe.NEW_CHILD, Probe.VALUE);
            return null;
        });
        probe.client().remove(Probe.NEW_CHILD);
    });

    /** What is done. */
    @FunctionalInterface
    private interface Action {

        void run(Probe probe) throws IOException;
    }

    private final String label;
    private final int size;
    private final Action action;

    Work(String label, int size, Action action) {
        this.label = label;
        this.size = size;
        this.action = action;
    }

    String label() {
        return label;
    }

    /** Does it until the time is over, at least once; returns microseconds for one. */
    double measure(Probe probe, long nanos) throws IOException {
        long begin = System.nanoTime();
        long count = 0;
        long elapsed;
        do {
            action.run(probe);
            count += size;
            elapsed = System.nanoTime() - begin;
        } while (elapsed < nanos);
        return elapsed / 1e3 / count;
    }
}
