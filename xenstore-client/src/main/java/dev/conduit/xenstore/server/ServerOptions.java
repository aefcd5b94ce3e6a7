package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Limits;
import java.util.EnumMap;
import java.util.Map;

/** How a server is set up. Immutable; each {@code with} gives a changed copy. */
public final class ServerOptions {

    private static final ServerOptions DEFAULTS = new ServerOptions(new EnumMap<>(Quota.class));

    private final Map<Quota, Integer> quotas;

    private ServerOptions(Map<Quota, Integer> quotas) {
        this.quotas = quotas;
    }

    /**
     * Returns the quotas of C xenstored.
     *
     * @return the defaults
     */
    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets one quota.
     *
     * @param quota which
     * @param value the number still allowed, 0 for no limit
     * @return changed options
     * @throws IllegalArgumentException when the value is negative
     */
    public ServerOptions withQuota(Quota quota, int value) {
        if (value < 0) {
            throw new IllegalArgumentException("quota " + quota.key() + " of " + value + " is negative");
        }
        Map<Quota, Integer> changed = new EnumMap<>(Quota.class);
        changed.putAll(quotas);
        changed.put(quota, value);
        return new ServerOptions(changed);
    }

    /**
     * Returns one quota.
     *
     * @param quota which
     * @return the number still allowed, 0 for no limit
     */
    public int quota(Quota quota) {
        return quotas.getOrDefault(quota, quota.standard());
    }

    Limits limits() {
        Limits limits = Limits.standard();
        for (Quota quota : Quota.values()) {
            if (quota.kind() != null) {
                limits = limits.with(quota.kind(), quota(quota));
            }
        }
        return limits;
    }
}
