package dev.conduit.rendezvous;

import dev.conduit.vchan.VchanOptions;
import java.time.Duration;

/** How a server listens. Immutable: each {@code with} method gives a changed copy and checks its value. */
public final class ListenOptions {

    /** Largest backlog. */
    public static final int MAX_BACKLOG = 1024;

    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);
    private static final ListenOptions DEFAULTS = new ListenOptions();

    private int backlog = 128;
    private VchanOptions channel = VchanOptions.defaults();
    private Duration attachTimeout = Duration.ofSeconds(5);
    private Duration registerTimeout = Duration.ofSeconds(5);
    private boolean wellKnown;

    private ListenOptions() {}

    private ListenOptions(ListenOptions from) {
        backlog = from.backlog;
        channel = from.channel;
        attachTimeout = from.attachTimeout;
        registerTimeout = from.registerTimeout;
        wellKnown = from.wellKnown;
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
     * Sets how many connections may wait to be accepted; more are refused.
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
}
