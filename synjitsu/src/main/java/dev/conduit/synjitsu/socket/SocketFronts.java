package dev.conduit.synjitsu.socket;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.synjitsu.adopt.AdoptedConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A directory's front of sockets: listens on the addresses and ports of all services with {@code receive: conduit}, which
 * are this machine's own, and carries each connection to the service's conduit. Services with {@code hosts} may share
 * them. Listens for as long as the service is configured, whether it sleeps or not. Thread-safe.
 */
public final class SocketFronts implements Front, AutoCloseable {

    private final Conduit conduit;
    private final SocketFrontOptions options;
    private final Consumer<String> notes;
    private final CompletableFuture<Directory> directory = new CompletableFuture<>();
    /** Guarded by this. */
    private final Map<InetSocketAddress, SharedFront> fronts = new HashMap<>();
    /** Where each service is reached; changed under this. */
    private final Map<String, Set<InetSocketAddress>> held = new ConcurrentHashMap<>();

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
        return held.containsKey(service.name());
    }

    /** Once more for a service that has changed: it is reached as it says now. */
    @Override
    public synchronized void arm(ServiceSettings service) {
        if (service.receive() != Receive.CONDUIT) {
            return;
        }
        Set<InetSocketAddress> endpoints = new HashSet<>();
        for (InetAddress address : service.addresses()) {
            for (int port : service.ports()) {
                InetSocketAddress endpoint = new InetSocketAddress(address, port);
                if (listen(endpoint, service)) {
                    endpoints.add(endpoint);
                }
            }
        }
        Set<InetSocketAddress> before = endpoints.isEmpty() ? held.remove(service.name())
                : held.put(service.name(), endpoints);
        if (before != null) {
            before.stream().filter(endpoint -> !endpoints.contains(endpoint)).forEach(gone -> leave(gone, service));
        }
    }

    private boolean listen(InetSocketAddress endpoint, ServiceSettings service) {
        Upstream upstream = Upstreams.directory(directory, conduit, service.name());
        try {
            SharedFront front = fronts.get(endpoint);
            if (front == null) {
                fronts.put(endpoint, SharedFront.open(endpoint, service, upstream, options, notes));
            } else {
                front.add(service, upstream);
            }
            return true;
        } catch (IOException refused) {
            notes.accept(service.name() + ": " + refused.getMessage());
            return false;
        }
    }

    /**
     * Carries a connection that a TCP front has begun, as if it had been made here.
     *
     * @param connection active
     * @throws IOException when it is gone, or nobody listens at its address and port
     */
    public void carry(AdoptedConnection connection) throws IOException {
        SharedFront front;
        synchronized (this) {
            front = fronts.get(connection.localAddress());
        }
        if (front == null) {
            connection.abandon();
            throw new IOException(connection + " is for nobody here");
        }
        front.carry(new AdoptedClient(connection));
    }

    /** One that runs already is fronted, too. */
    @Override
    public void handOver(ServiceSettings service) {
        arm(service);
    }

    @Override
    public synchronized void disarm(ServiceSettings service) {
        Set<InetSocketAddress> endpoints = held.remove(service.name());
        if (endpoints != null) {
            endpoints.forEach(endpoint -> leave(endpoint, service));
        }
    }

    private void leave(InetSocketAddress endpoint, ServiceSettings service) {
        fronts.computeIfPresent(endpoint, (key, front) -> front.remove(service.name()) ? front : null);
    }

    /** Stops listening, and resets what is carried or waits. Idempotent. */
    @Override
    public synchronized void close() {
        fronts.values().forEach(SharedFront::close);
        fronts.clear();
        held.clear();
    }
}
