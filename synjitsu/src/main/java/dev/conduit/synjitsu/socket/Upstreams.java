package dev.conduit.synjitsu.socket;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The ways to a service. */
public final class Upstreams {

    /** The directory answers by the deadline; this is for what is in its way. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Starts a service if it sleeps. Blocks. Thread-safe. */
    @FunctionalInterface
    public interface Wake {

        /**
         * Returns when the service is ready.
         *
         * @param asker who wants it, for the directory's records
         * @param patience longest wait
         * @throws IOException when it did not start; one line that says why
         */
        void wake(String asker, Duration patience) throws IOException;
    }

    private Upstreams() {}

    /**
     * By conduit; the directory is asked by it when nobody has the name.
     *
     * @param conduit stays open for as long as the upstream is used
     * @param name the service's conduit name
     * @return an upstream
     */
    public static Upstream conduit(Conduit conduit, String name) {
        return (asker, patience) -> new ConduitLeg(conduit.connect(name, patience));
    }

    /**
     * By conduit, to a service of the directory in the same process.
     *
     * @param directory once it is there
     * @param conduit stays open for as long as the upstream is used
     * @param name the service's name
     * @return an upstream
     */
    static Upstream directory(CompletableFuture<Directory> directory, Conduit conduit, String name) {
        return (asker, patience) -> {
            long begin = System.nanoTime();
            wake(directory, name, asker, patience);
            return new ConduitLeg(conduit.connect(name, patience.minusNanos(System.nanoTime() - begin)));
        };
    }

    private static void wake(CompletableFuture<Directory> directory, String name, String asker, Duration patience)
            throws IOException {
        try {
            Outcome outcome = directory.get(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .ask(name, Cause.SYN, asker, patience).toCompletableFuture()
                    .get(patience.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
            if (outcome instanceof Outcome.Failed failed) {
                throw new IOException(failed.message());
            }
        } catch (TimeoutException late) {
            throw new IOException("'" + name + "' did not start within " + patience.toMillis() + " ms", late);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new IOException("the front is closing", closing);
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug);
        }
    }

    /**
     * By TCP, to where the service itself listens.
     *
     * @param wake starts the service
     * @param address of the service
     * @return an upstream
     */
    public static Upstream tcp(Wake wake, InetSocketAddress address) {
        return (asker, patience) -> {
            long begin = System.nanoTime();
            wake.wake(asker, patience);
            return TcpLeg.connect(address, patience.minusNanos(System.nanoTime() - begin));
        };
    }
}
