package dev.conduit.vchan;

import java.time.Duration;
import java.util.Objects;

/**
 * How a channel is made and how it behaves. Immutable: each {@code with} method gives a changed copy and checks its
 * value. Ring sizes, persistence and the read-only grant concern servers only; a client takes what the server made.
 */
public final class VchanOptions {

    private static final Duration MAX_SPIN = Duration.ofMillis(10);
    private static final Duration MIN_WATCHDOG = Duration.ofMillis(10);
    private static final Duration MAX_WATCHDOG = Duration.ofSeconds(1);
    private static final Duration MAX_FAREWELL = Duration.ofSeconds(10);
    private static final VchanOptions DEFAULTS = new VchanOptions();

    private int toServer = 64 * 1024;
    private int toClient = 64 * 1024;
    private boolean mirrored = true;
    private boolean persistent;
    private boolean readOnlyToClient;
    private FlushPolicy flush = FlushPolicy.EACH_WRITE;
    /** About what a sleep and a wake-up cost: longer does not pay, shorter does not get two sleepers awake. */
    private Duration spin = Duration.ofNanos(50_000);
    private Duration watchdog = Duration.ofMillis(500);
    private Duration farewell = Duration.ZERO;

    private VchanOptions() {}

    private VchanOptions(VchanOptions from) {
        toServer = from.toServer;
        toClient = from.toClient;
        mirrored = from.mirrored;
        persistent = from.persistent;
        readOnlyToClient = from.readOnlyToClient;
        flush = from.flush;
        spin = from.spin;
        watchdog = from.watchdog;
        farewell = from.farewell;
    }

    /**
     * Returns the defaults: 64 KiB each way, mirrored, flushed after each write, 50 us of spinning, 500 ms watchdog.
     *
     * @return the defaults
     */
    public static VchanOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the least size of the two rings; they are rounded up as libxenvchan does.
     *
     * @param clientToServer bytes, 1 to 1 MiB
     * @param serverToClient bytes, 1 to 1 MiB
     * @return the changed copy
     * @throws IllegalArgumentException when one is out of range
     */
    public VchanOptions withRings(int clientToServer, int serverToClient) {
        RingOrder.forSizes(clientToServer, serverToClient);
        VchanOptions copy = new VchanOptions(this);
        copy.toServer = clientToServer;
        copy.toClient = serverToClient;
        return copy;
    }

    /**
     * Asks for rings that this side maps twice in a row, so that zero-copy views run on over the ring's end.
     *
     * @param value true (the default) to use it where the platform can
     * @return the changed copy
     */
    public VchanOptions withMirroredRings(boolean value) {
        VchanOptions copy = new VchanOptions(this);
        copy.mirrored = value;
        return copy;
    }

    /**
     * Sets whether the server goes back to waiting when its client leaves, for the same domain to connect again.
     *
     * @param value false by default
     * @return the changed copy
     */
    public VchanOptions withPersistentServer(boolean value) {
        VchanOptions copy = new VchanOptions(this);
        copy.persistent = value;
        return copy;
    }

    /**
     * Grants the server-to-client ring read-only, when it has pages of its own. Clients made with libxenvchan and this
     * library map it so anyway; ocaml-vchan's clients map it writable and cannot connect.
     *
     * @param value false by default
     * @return the changed copy
     */
    public VchanOptions withReadOnlyRingToClient(boolean value) {
        VchanOptions copy = new VchanOptions(this);
        copy.readOnlyToClient = value;
        return copy;
    }

    /**
     * Sets when written bytes become visible to the peer.
     *
     * @param policy by default {@link FlushPolicy#EACH_WRITE}
     * @return the changed copy
     */
    public VchanOptions withFlush(FlushPolicy policy) {
        VchanOptions copy = new VchanOptions(this);
        copy.flush = Objects.requireNonNull(policy, "flush policy");
        return copy;
    }

    /**
     * Bounds how long a call spins before it sleeps. How much of it is used adapts to how often it helps; on a machine
     * with one processor a call never spins.
     *
     * @param longest zero (off) to 10 ms
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public VchanOptions withSpin(Duration longest) {
        if (longest.isNegative() || longest.compareTo(MAX_SPIN) > 0) {
            throw new IllegalArgumentException("spin time " + longest + " is not between 0 and " + MAX_SPIN);
        }
        VchanOptions copy = new VchanOptions(this);
        copy.spin = longest;
        return copy;
    }

    /**
     * Sets how often a blocked call looks at the shared memory without an event, in case a peer lost one.
     *
     * @param interval 10 ms to 1 s
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public VchanOptions withWatchdog(Duration interval) {
        if (interval.compareTo(MIN_WATCHDOG) < 0 || interval.compareTo(MAX_WATCHDOG) > 0) {
            throw new IllegalArgumentException(
                    "watchdog interval " + interval + " is not between " + MIN_WATCHDOG + " and " + MAX_WATCHDOG);
        }
        VchanOptions copy = new VchanOptions(this);
        copy.watchdog = interval;
        return copy;
    }

    /**
     * Sets how long a client's close may wait for a server that goes on with its next client on the same rings, as
     * vchan-socket-proxy does: until it has seen the end, or it would take the next client for this one. What it has
     * written is then taken out of the ring, or the next client would read it. A server that closes, too, is not waited
     * for.
     *
     * @param longest zero (the default: close at once) to 10 s
     * @return the changed copy
     * @throws IllegalArgumentException when out of range
     */
    public VchanOptions withFarewell(Duration longest) {
        if (longest.isNegative() || longest.compareTo(MAX_FAREWELL) > 0) {
            throw new IllegalArgumentException("farewell " + longest + " is not between 0 and " + MAX_FAREWELL);
        }
        VchanOptions copy = new VchanOptions(this);
        copy.farewell = longest;
        return copy;
    }

    RingOrder orders() {
        return RingOrder.forSizes(toServer, toClient);
    }

    boolean mirrored() {
        return mirrored;
    }

    boolean persistent() {
        return persistent;
    }

    boolean readOnlyToClient() {
        return readOnlyToClient;
    }

    FlushPolicy flush() {
        return flush;
    }

    long spinNanos() {
        return Runtime.getRuntime().availableProcessors() > 1 ? spin.toNanos() : 0;
    }

    long farewellNanos() {
        return farewell.toNanos();
    }

    long watchdogNanos() {
        return watchdog.toNanos();
    }
}
