package dev.conduit.core.event;

import java.util.concurrent.TimeUnit;

/** For stress tests of sources in other packages: a wake-up that is lost stays lost. */
public final class UnslicedDispatcher {

    private UnslicedDispatcher() {
    }

    /** A dispatcher whose waits are not cut into slices. */
    public static EventDispatcher over(EventSource source, int maxPort) {
        return new EventDispatcher(source, maxPort, TimeUnit.HOURS.toNanos(1));
    }
}
