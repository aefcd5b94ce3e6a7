package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Remembers what another resolver found for as long as it may be believed, names that are not known as well as names
 * that are; but never longer than an hour, and no failures. Of callers who ask for the same at the same time one asks
 * the other resolver, and the rest wait for its answer, each within its own time-out. Bounded: what was not asked for
 * longest goes first.
 */
public final class CachingResolver implements Resolver {

    private static final Duration LONGEST = Duration.ofHours(1);

    private final Resolver source;
    private final LongSupplier nanoTime;
    private final Map<Target, Entry> entries;
    private final Map<Target, Flight> underWay = new ConcurrentHashMap<>();

    private record Entry(Resolution resolution, long expires) {}

    /** A question that somebody asks for all. */
    private record Flight(Deadline limit, CompletableFuture<Resolution> result) {}

    /**
     * Creates an empty cache.
     *
     * @param source whom to ask
     * @param capacity most targets that are remembered, 1 or more
     */
    public CachingResolver(Resolver source, int capacity) {
        this(source, capacity, System::nanoTime);
    }

    CachingResolver(Resolver source, int capacity, LongSupplier nanoTime) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a cache of " + capacity + " targets is too small: 1 or more");
        }
        this.source = source;
        this.nanoTime = nanoTime;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Target, Entry> eldest) {
                return size() > capacity;
            }
        };
    }

    /** {@inheritDoc} The time to live is what is left of it. */
    @Override
    public Resolution resolve(Target target, Duration timeout) throws IOException {
        Deadline limit = Deadline.after(timeout);
        while (true) {
            Resolution known = remembered(target);
            if (known != null) {
                return known;
            }
            Flight mine = new Flight(limit, new CompletableFuture<>());
            Flight others = underWay.putIfAbsent(target, mine);
            if (others == null) {
                return ask(target, mine);
            }
            Resolution shared = share(target, limit, others);
            if (shared != null) {
                return shared;
            }
        }
    }

    private Resolution ask(Target target, Flight mine) throws IOException {
        try {
            Resolution known = remembered(target);
            Resolution found = known != null ? known : source.resolve(target, mine.limit.left());
            if (known == null) {
                remember(target, found);
            }
            mine.result.complete(found);
            return found;
        } catch (IOException | RuntimeException failed) {
            mine.result.completeExceptionally(failed);
            throw failed;
        } finally {
            underWay.remove(target, mine);
        }
    }

    /** Null when the other's failure was its own: it had less time than there is here, or was interrupted. */
    private static Resolution share(Target target, Deadline limit, Flight others) throws IOException {
        try {
            return others.result.get(Math.max(0, limit.nanosLeft()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new IOException("no answer for '" + target + "' within " + limit.whole().toMillis() + " ms");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            boolean itsOwn = others.limit.passed() || cause instanceof InterruptedIOException;
            if (itsOwn && !limit.passed()) {
                return null;
            }
            throw new IOException(Failures.text(cause), cause);
        } catch (InterruptedException interrupt) {
            throw Failures.interrupted("lookup of '" + target + "'");
        }
    }

    private Resolution remembered(Target target) {
        synchronized (entries) {
            Entry entry = entries.get(target);
            if (entry == null) {
                return null;
            }
            long left = entry.expires - nanoTime.getAsLong();
            if (left <= 0) {
                entries.remove(target);
                return null;
            }
            return new Resolution(entry.resolution.endpoints(), Duration.ofNanos(left));
        }
    }

    private void remember(Target target, Resolution found) {
        Duration ttl = found.ttl().compareTo(LONGEST) > 0 ? LONGEST : found.ttl();
        if (!ttl.isZero() && !ttl.isNegative()) {
            synchronized (entries) {
                entries.put(target, new Entry(found, nanoTime.getAsLong() + ttl.toNanos()));
            }
        }
    }
}
