package dev.conduit.synjitsu.socket;

import dev.conduit.rendezvous.Conduit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The ways to a service. */
public final class Upstreams {

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
