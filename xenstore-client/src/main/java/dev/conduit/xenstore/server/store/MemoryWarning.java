package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the administrator when a domain comes near its memory limit and when it is well below again. */
final class MemoryWarning {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWarning.class);

    /** A domain must not be able to fill the log. */
    private static final long PERIOD_NANOS = 60_000_000_000L;

    private boolean given;
    private long lastNanos = System.nanoTime() - PERIOD_NANOS;

    void check(int domain, long memory, Limits limits) {
        int soft = limits.get(Kind.SOFT_MEMORY);
        boolean changed = given ? soft == 0 || memory < soft : soft != 0 && memory > soft;
        if (!changed || System.nanoTime() - lastNanos < PERIOD_NANOS) {
            return;
        }
        lastNanos = System.nanoTime();
        given = !given;
        if (given) {
            LOG.warn("domain {} uses {} bytes of the XenStore server, its soft memory quota is {} and its hard one {}",
                    domain, memory, soft, limits.get(Kind.MEMORY));
        } else {
            LOG.info("domain {} is below its soft memory quota again", domain);
        }
    }
}
