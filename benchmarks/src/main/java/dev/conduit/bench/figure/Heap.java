package dev.conduit.bench.figure;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;

/** The heap of this JVM. */
public final class Heap {

    private static final int COLLECTIONS = 3;

    private Heap() {}

    /**
     * Returns what a full collection left: unlike the heap in use, that has no thread's allocation buffer in it. Blocks
     * for some milliseconds.
     *
     * @return bytes
     */
    public static long used() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getCollectionUsage().getUsed())
                .sum();
    }
}
