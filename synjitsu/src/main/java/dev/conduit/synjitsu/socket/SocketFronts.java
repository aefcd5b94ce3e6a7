package dev.conduit.synjitsu.socket;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A directory's front of sockets: listens on the addresses and ports of all services with {@code receive: conduit}, which
 * are this machine's own, and carries each connection to the service's conduit. Listens for as long as the service is
 * configured, whether it sleeps or not. Thread-safe.
 */
public final class SocketFronts implements Front, AutoCloseable {

    /** The directory answers by the deadline; this is for what is in its way. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Conduit conduit;
    private final SocketFrontOptions options;
    private final Consumer<String> notes;
    private final CompletableFuture<Directory> directory = new CompletableFuture<>();
    private final Map<String, List<SocketFront>> fronts = new ConcurrentHashMap<>();

    /**
     * Makes a front without services.
     *
     * @param conduit stays open for as long as the front is
     * @param options bounds, for each address and port
     * @param notes gets a line for what goes wrong, on any thread; must not block
     */
    public SocketFronts(Conduit conduit, SocketFrontOptions options, Consumer<String> notes) {
        this.conduit = conduit;
        this.options = options;
        this.notes = notes;
    }

    /**
     * Says who starts the services. Connections that came earlier wait for it.
     *
     * @param starter the directory this is the front of
     */
    public void serve(Directory starter) {
        directory.complete(starter);
    }

    @Override
    public boolean holds(ServiceSettings service) {
        return !fronts.getOrDefault(service.name(), List.of()).isEmpty();
    }

    @Override
    public void arm(ServiceSettings service) {
        if (service.receive() == Receive.CONDUIT) {
            fronts.computeIfAbsent(service.name(), name -> listen(service));
        }
    }

    private List<SocketFront> listen(ServiceSettings service) {
        List<SocketFront> open = new ArrayList<>();
        Upstream upstream = (asker, patience) -> {
            long begin = System.nanoTime();
            wake(service.name(), asker, patience);
            return new ConduitLeg(conduit.connect(service.name(), patience.minusNanos(System.nanoTime() - begin)));
        };
        for (InetAddress address : service.addresses()) {
            for (int port : service.ports()) {
                try {
                    open.add(SocketFront.open(new InetSocketAddress(address, port), upstream, options,
                            note -> notes.accept(service.name() + ": " + note)));
                } catch (IOException refused) {
                    notes.accept(service.name() + ": " + refused.getMessage());
                }
            }
        }
        return open;
    }

    private void wake(String name, String asker, Duration patience) throws IOException {
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

    /** One that runs already is fronted, too. */
    @Override
    public void handOver(ServiceSettings service) {
        arm(service);
    }

    @Override
    public void disarm(ServiceSettings service) {
        fronts.getOrDefault(service.name(), List.of()).forEach(SocketFront::close);
        fronts.remove(service.name());
    }

    /** Stops listening, and resets what is carried or waits. Idempotent. */
    @Override
    public void close() {
        fronts.values().forEach(open -> open.forEach(SocketFront::close));
        fronts.clear();
    }
}
