package dev.conduit.rendezvous.resolver;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets Netty's clients find names through a {@link Resolver}: {@code bootstrap.resolver(group)} with unresolved
 * addresses. Lookups run on up to 8 daemon threads of the group, never on an event loop; up to 1000 more wait, and
 * beyond that a lookup fails at once. Netty connects by TCP, so only IP addresses are of use to it.
 */
public final class ConduitAddressResolverGroup extends AddressResolverGroup<InetSocketAddress> {

    private static final int THREADS = 8;
    private static final int WAITING = 1000;
    private static final long IDLE_SECONDS = 10;

    private final AddressLookup lookup;
    private final Duration timeout;
    private final ThreadPoolExecutor threads;

    /**
     * Creates the group.
     *
     * @param resolver finds the addresses; a {@link CachingResolver} for clients that connect often
     * @param timeout longest wait for one lookup
     */
    public ConduitAddressResolverGroup(Resolver resolver, Duration timeout) {
        this.lookup = new AddressLookup(resolver);
        this.timeout = timeout;
        AtomicInteger count = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING), work -> {
            Thread thread = new Thread(work, "conduit-lookup-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {
            @Override
            protected void doResolve(String host, Promise<InetAddress> promise) {
                run(host, promise, () -> lookup.lookup(host, timeout)[0]);
            }

            @Override
            protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
                run(host, promise, () -> Arrays.asList(lookup.lookup(host, timeout)));
            }
        }.asAddressResolver();
    }

    /** Netty shows callers an UnknownHostException; what it could not find out is the message's to say. */
    private <T> void run(String host, Promise<T> promise, Callable<T> work) {
        try {
            threads.execute(() -> {
                try {
                    promise.trySuccess(work.call());
                } catch (UnknownHostException unknown) {
                    promise.tryFailure(unknown);
                } catch (IOException failed) {
                    promise.tryFailure(unknown(Failures.text(failed), failed));
                } catch (Exception bug) {
                    promise.tryFailure(bug);
                }
            });
        } catch (RejectedExecutionException full) {
            promise.tryFailure(unknown("lookup of '" + Target.shown(host) + "' is refused: "
                    + (threads.isShutdown() ? "the resolver is closed" : WAITING + " lookups wait already"), full));
        }
    }

    private static UnknownHostException unknown(String message, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(message);
        unknown.initCause(cause);
        return unknown;
    }

    /** Closes the resolvers and ends the threads; lookups that wait fail. */
    @Override
    public void close() {
        super.close();
        threads.shutdownNow();
    }
}
