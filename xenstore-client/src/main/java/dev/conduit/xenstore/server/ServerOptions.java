package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** How a server is set up. Immutable; each {@code with} gives a changed copy. */
public final class ServerOptions {

    private static final ServerOptions DEFAULTS = new ServerOptions(new EnumMap<>(Quota.class), null, null, null);

    private final Map<Quota, Integer> quotas;
    /** Null when the state does not outlive the server. */
    private final Path state;
    private final Duration stateInterval;
    /** Null when no other process can take over. */
    private final Path handOver;

    private ServerOptions(Map<Quota, Integer> quotas, Path state, Duration stateInterval, Path handOver) {
        this.quotas = quotas;
        this.state = state;
        this.stateInterval = stateInterval;
        this.handOver = handOver;
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
        return new ServerOptions(changed, state, stateInterval, handOver);
    }

    /**
     * Has the store outlive the server: it begins with what the file holds, if there is one, and is saved there when
     * it changed, at most once an interval, and when the server is closed. Nodes with their permissions, domains with
     * their targets and the permissions of special nodes are saved; connections, watches and transactions end with the
     * server. Beside the file stand the generation before it, {@code .previous}, which is used when the newest one is
     * damaged, and for a moment {@code .new}. One server at a time uses a file.
     *
     * @param file made with mode 0600; its folder must exist
     * @param interval at least a millisecond
     * @return changed options
     */
    public ServerOptions withState(Path file, Duration interval) {
        return new ServerOptions(quotas, Objects.requireNonNull(file, "file"),
                Objects.requireNonNull(interval, "interval"), handOver);
    }

    /**
     * Lets a successor in another process take over the running server, with the same options and
     * {@link XenStoreServer#takeOver}. The server then uses sockets by descriptors, for which conduit-core must be on
     * the module or class path.
     *
     * @param socket made with mode 0600, as in {@link XenStoreServer#listen}; who may connect to it may have everything
     * @return changed options
     */
    public ServerOptions withHandOver(Path socket) {
        return new ServerOptions(quotas, state, stateInterval, Objects.requireNonNull(socket, "socket"));
    }

    /** The socket for a successor, or null. */
    Path handOver() {
        return handOver;
    }

    /** The file, or null. */
    Path state() {
        return state;
    }

    Duration stateInterval() {
        return stateInterval;
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
