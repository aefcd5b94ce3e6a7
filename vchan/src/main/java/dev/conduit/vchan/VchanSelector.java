package dev.conduit.vchan;

import dev.conduit.core.EventPort;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Waits for many channels of one platform with one thread. {@link VchanChannel#register} puts a channel in.
 *
 * <pre>{@code
 * VchanSelector<Client> selector = VchanSelector.open(platform);
 * connection.register(selector, new Client(connection));
 * while (true) {
 *     for (Client client : selector.select(Duration.ofSeconds(1))) {
 *         client.readWhatIsThere(); // by calls that do not block
 *     }
 * }
 * }</pre>
 *
 * <p>One thread at a time selects (not checked); everything else may be called from any thread. A channel that does
 * nothing costs no wake-ups, and selecting costs as much as there are channels that do something. Twice a second all
 * are looked at, in case a peer lost an event, and it is asked of 4 peers in turn whether their domains are alive.
 *
 * @param <T> what it gives back for a channel
 */
public final class VchanSelector<T> implements AutoCloseable {

    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int DOMAINS_ASKED = 4;
    /** While there is always something ready, nobody waits, and events are fetched this often. */
    private static final long EVENTS_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Platform platform;
    private final long watchNanos;
    /** Never bound; only woken. */
    private final EventPort doorbell;
    private final Spin spin;
    private final Set<VchanKey<T>> keys = ConcurrentHashMap.newKeySet();
    /** Those with an event, guarded by itself; the doorbell rings after something was put in. */
    private final Queue<VchanKey<T>> signalled = new ArrayDeque<>();
    private final AwakeKeys<T> awake;
    private final List<T> ready = new ArrayList<>();
    private final List<T> readyView = Collections.unmodifiableList(ready);
    private Iterator<VchanKey<T>> round = Collections.emptyIterator();
    private long eventsFetched = System.nanoTime();
    private long watched = eventsFetched;
    private volatile boolean woken;
    private volatile boolean closed;

    /** For tests that must not be rescued by the watch. */
    VchanSelector(Platform platform, long spinNanos, long watchNanos) throws PlatformException {
        this.platform = platform;
        this.watchNanos = watchNanos;
        this.spin = new Spin(spinNanos);
        this.awake = new AwakeKeys<>(spinNanos);
        this.doorbell = platform.events().allocateUnbound(platform.self());
    }

    /**
     * Makes a selector without channels.
     *
     * @param <T> what it gives back for a channel
     * @param platform of all its channels; close the selector before it
     * @return the selector
     * @throws PlatformException when no port is free
     */
    public static <T> VchanSelector<T> open(Platform platform) throws PlatformException {
        return new VchanSelector<>(platform, VchanOptions.defaults().spinNanos(), WATCH_NANOS);
    }

    /**
     * Waits until a channel has what its key wants, or has ended or failed. A channel is told of again and again until
     * that is no longer so. It spins for up to 50 us before it sleeps, as channels do.
     *
     * @param timeout longest wait; zero looks once
     * @return what the ready channels were registered with: empty when time is up or after {@link #wakeUp}; always the
     *     same list, valid until the next call
     * @throws ClosedSelectorException when the selector is closed, also while this waits
     * @throws InterruptedIOException when the thread is interrupted
     * @throws dev.conduit.core.PlatformLostException when the platform is gone
     * @throws IOException when the platform was closed
     */
    public List<T> select(Duration timeout) throws IOException {
        long limit = RingChannel.nanos(timeout);
        long start = System.nanoTime();
        ready.clear();
        for (long now = start;; now = System.nanoTime()) {
            if (limit == 0 || now - eventsFetched >= EVENTS_NANOS) {
                await(doorbell.events(), now);
                eventsFetched = now;
            }
            if (now - watched >= watchNanos) {
                watch(now);
                watched = now;
            }
            // Whatever is signalled from here on moves the count.
            long seen = doorbell.events();
            takeSignalled(now);
            awake.collect(ready, now);
            long left = limit - (now - start);
            if (!ready.isEmpty() || left <= 0 || woken) {
                woken = false;
                return readyView;
            }
            if (!awake.isEmpty() && (spin.until(awake, 1, left) || awake.arm())) {
                continue;
            }
            long asleep = System.nanoTime();
            if (await(seen, asleep + Math.min(left, watchNanos))) {
                spin.slept(System.nanoTime() - asleep);
            }
        }
    }

    /** Waits for the doorbell; true when it rang. */
    private boolean await(long seen, long deadline) throws IOException {
        try {
            return doorbell.await(seen, deadline) != seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while selecting vchans");
        } catch (PlatformException e) {
            if (closed) {
                throw new ClosedSelectorException();
            }
            throw e;
        }
    }

    private void takeSignalled(long now) {
        synchronized (signalled) {
            VchanKey<T> key;
            while ((key = signalled.poll()) != null) {
                key.taken();
                awake.add(key, now);
            }
        }
    }

    private void watch(long now) {
        for (int i = 0; i < DOMAINS_ASKED; i++) {
            if (!round.hasNext()) {
                round = keys.iterator();
            }
            if (round.hasNext()) {
                round.next().readiness().link().lookForPeerDomain();
            }
        }
        for (VchanKey<T> key : keys) {
            if (key.readiness().watch()) {
                awake.add(key, now);
            }
        }
    }

    /** Ends the wait of the selecting thread, or else its next one. */
    public void wakeUp() {
        woken = true;
        doorbell.wakeUp();
    }

    /** Takes all channels out, without closing them. Idempotent. */
    @Override
    public void close() {
        closed = true;
        doorbell.close();
        keys.forEach(VchanKey::cancel);
    }

    VchanKey<T> add(RingChannel channel, Readiness readiness, T attachment) {
        Link link = readiness.link();
        if (link.platform() != platform) {
            throw new IllegalArgumentException("the vchan " + link + " is of another platform than the selector");
        }
        VchanKey<T> key = new VchanKey<>(this, channel, readiness, attachment);
        channel.claim(key);
        keys.add(key);
        link.port().onEvent(() -> signal(key));
        if (closed) {
            key.cancel();
            throw new ClosedSelectorException();
        }
        return key;
    }

    /** Has the selecting thread look at a channel. */
    void signal(VchanKey<T> key) {
        boolean first;
        synchronized (signalled) {
            first = key.queue();
            if (first) {
                signalled.add(key);
            }
        }
        if (first) {
            doorbell.wakeUp();
        }
    }

    void forget(VchanKey<T> key) {
        keys.remove(key);
        key.readiness().link().port().onEvent(() -> { });
    }
}
