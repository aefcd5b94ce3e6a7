package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.vchan.VchanOptions;
import java.time.Duration;
import java.util.Set;

/** How a server listens. Immutable: each {@code with} method gives a changed copy and checks its value. */
public final class ListenOptions {

    /** Largest backlog. */
    public static final int MAX_BACKLOG = 1024;
    /** Most domains a name is shared with by number: C xenstored takes five permissions a node. */
    public static final int MAX_SHARING = 4;
    /** Most clients of the older Mirage layout. */
    public static final int MAX_MIRAGE_CLIENTS = 16;

    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
    private static final ListenOptions DEFAULTS = new ListenOptions();

    private int backlog = 128;
    private VchanOptions channel = VchanOptions.defaults();
    private Duration attachTimeout = Duration.ofSeconds(5);
    private Duration registerTimeout = Duration.ofSeconds(5);
    private boolean wellKnown;
    /** Null when the name is not shared; empty when everybody may serve under it. */
    private Set<DomainId> sharing;
    private Set<String> mirageClients = Set.of();

    private ListenOptions() {}

    private ListenOptions(ListenOptions from) {
        backlog = from.backlog;
        channel = from.channel;
        attachTimeout = from.attachTimeout;
        registerTimeout = from.registerTimeout;
        wellKnown = from.wellKnown;
        sharing = from.sharing;
        mirageClients = from.mirageClients;
    }

    /**
     * Returns the defaults: backlog 128, rings of 64 KiB each way, 5 s to attach, 5 s to register.
     *
     * @return the defaults
     */
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how many connections may wait to be accepted; more are refused. One client domain has at most three quarters
     * of it, rounded up.
     *
     * @param connections 1 to {@value #MAX_BACKLOG}
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public ListenOptions withBacklog(int connections) {
        if (connections < 1 || connections > MAX_BACKLOG) {
            throw new IllegalArgumentException("backlog " + connections + " is not between 1 and " + MAX_BACKLOG);
        }
        ListenOptions copy = new ListenOptions(this);
        copy.backlog = connections;
        return copy;
    }

    /**
     * Sets the least size of the two rings of each connection.
     *
     * @param clientToServer bytes, 1 to 1 MiB
     * @param serverToClient bytes, 1 to 1 MiB
     * @return the changed copy
     * @throws IllegalArgumentException when one is out of range
     */
    public ListenOptions withRings(int clientToServer, int serverToClient) {
        return withChannel(channel.withRings(clientToServer, serverToClient));
    }

    /**
     * Sets everything about the channels of this server. Persistence is off whatever they say: a connection is for one
     * client, once.
     *
     * @param options of each channel
     * @return the changed copy
     */
    public ListenOptions withChannel(VchanOptions options) {
        ListenOptions copy = new ListenOptions(this);
        copy.channel = options.withPersistentServer(false);
        return copy;
    }

    /**
     * Sets how long a client whose connect was granted may take to attach; after that the connection is taken back.
     *
     * @param longest more than 0, to 10 minutes
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public ListenOptions withAttachTimeout(Duration longest) {
        ListenOptions copy = new ListenOptions(this);
        copy.attachTimeout = check("attach", longest);
        return copy;
    }

    /**
     * Sets how long {@code listen} may take, which includes waiting for the name's dead former owner to disappear.
     *
     * @param longest more than 0, to 10 minutes
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public ListenOptions withRegisterTimeout(Duration longest) {
        ListenOptions copy = new ListenOptions(this);
        copy.registerTimeout = check("register", longest);
        return copy;
    }

    /**
     * Allows the well-known names {@code jitsud} and {@code synjitsu}: for the programs that provide these services.
     *
     * @return the changed copy
     */
    public ListenOptions asWellKnownService() {
        ListenOptions copy = new ListenOptions(this);
        copy.wellKnown = true;
        return copy;
    }

    /**
     * Shares the name with other servers: each of these domains that listens under it with such options serves under it
     * too, and clients choose ({@link ConnectOptions#withChoice}). All of them name the same domains; the one that is
     * first decides. Each listens under a name of its own as well, {@code <name>-<domain id>}.
     *
     * @param domains 1 to {@value #MAX_SHARING} domains, this one or not among them
     * @return the changed copy
     * @throws IllegalArgumentException when there are fewer or more
     */
    public ListenOptions withSharing(Set<DomainId> domains) {
        if (domains.isEmpty() || domains.size() > MAX_SHARING) {
            throw new IllegalArgumentException("a name is shared with 1 to " + MAX_SHARING + " named domains, not with "
                    + domains.size() + "; with more of them, only with everybody");
        }
        ListenOptions copy = new ListenOptions(this);
        copy.sharing = Set.copyOf(domains);
        return copy;
    }

    /**
     * As {@link #withSharing(Set)}, with every domain of the host: each of them can then have clients of this name
     * connect to it.
     *
     * @return the changed copy
     */
    public ListenOptions withOpenSharing() {
        ListenOptions copy = new ListenOptions(this);
        copy.sharing = Set.of();
        return copy;
    }

    /**
     * Accepts also clients that speak the older Mirage layout ({@code /conduit/<server>/<client>/<port>}), if they have
     * one of these names. Anybody can see and remove their requests; see docs/rendezvous.md.
     *
     * @param names of clients, 1 to {@value #MAX_MIRAGE_CLIENTS}
     * @return the changed copy
     * @throws IllegalArgumentException when there are fewer or more, or one is not a possible name of a client
     */
    public ListenOptions withMirageClients(Set<String> names) {
        if (names.isEmpty() || names.size() > MAX_MIRAGE_CLIENTS) {
            throw new IllegalArgumentException(
                    "Mirage clients are 1 to " + MAX_MIRAGE_CLIENTS + " names, not " + names.size());
        }
        names.forEach(name -> {
            if (Layout.isPartOfServer(ConduitNames.check(name))) {
                throw new IllegalArgumentException(
                        "Mirage client '" + name + "' has the name of a node that this server needs itself");
            }
        });
        ListenOptions copy = new ListenOptions(this);
        copy.mirageClients = Set.copyOf(names);
        return copy;
    }

    private static Duration check(String what, Duration longest) {
        if (longest.isZero() || longest.isNegative() || longest.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    what + " time-out " + longest + " is not more than 0 and at most " + MAX_TIMEOUT);
        }
        return longest;
    }

    int backlog() {
        return backlog;
    }

    /** One domain leaves a quarter of the backlog to others. */
    int backlogOfClient() {
        return backlog - backlog / 4;
    }

    VchanOptions channel() {
        return channel;
    }

    Duration attachTimeout() {
        return attachTimeout;
    }

    Duration registerTimeout() {
        return registerTimeout;
    }

    boolean wellKnown() {
        return wellKnown;
    }

    boolean isShared() {
        return sharing != null;
    }

    Set<DomainId> sharing() {
        return sharing;
    }

    Set<String> mirageClients() {
        return mirageClients;
    }
}
