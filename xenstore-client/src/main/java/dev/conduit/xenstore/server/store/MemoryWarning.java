package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the administrator when a domain comes near its memory limit and when it is below again. */
final class MemoryWarning {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryWarning.class);

    /** A domain must not be able to fill the log. */
    private static final long PERIOD_NANOS = 60_000_000_000L;

    private final LongSupplier clock;
    private boolean given;
    private long lastNanos;

    MemoryWarning(LongSupplier clock) {
        this.clock = clock;
        lastNanos = clock.getAsLong() - PERIOD_NANOS;
    }

    /** Looks at what a domain uses now; true when there was something to tell. */
    boolean check(int domain, long memory, Limits limits) {
        int soft = limits.get(Kind.SOFT_MEMORY);
        boolean above = soft != 0 && memory > soft;
        if (above == given || clock.getAsLong() - lastNanos < PERIOD_NANOS) {
            return false;
        }
        lastNanos = clock.getAsLong();
        given = above;
        if (given) {
            LOG.warn("domain {} uses {} bytes of the XenStore server, its soft memory quota is {} and its hard one {}",
                    domain, memory, soft, limits.get(Kind.MEMORY));
        } else {
            LOG.info("domain {} is below its soft memory quota again", domain);
        }
        return true;
    }
}
