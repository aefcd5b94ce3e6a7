package dev.conduit.synjitsu.carry;

import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.synjitsu.adopt.Adopter;
import dev.conduit.synjitsu.adopt.ServiceInterface;
import dev.conduit.synjitsu.handover.HandOver;
import dev.conduit.synjitsu.handover.TcpFront;
import dev.conduit.synjitsu.socket.SocketFronts;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A TCP front for all services, which takes the connections of services with {@code receive: conduit} over itself: as sockets
 * of this machine, carried to the service's conduit. While such a service sleeps, the TCP front has its addresses; while it
 * is up, an interface of this machine has them. Services that share an address have it on the interface always: whom a client
 * wants must be read before anybody is woken. Thread-safe; one thread does what this class does.
 */
public final class CarryingFront implements Front, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long AGAIN_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 5_000;

    private enum Wish { UP, ASLEEP }

    private final TcpFront tcp;
    private final SocketFronts sockets;
    private final XenStoreClient store;
    private final String device;
    private final Consumer<String> notes;
    private final Adopter adopter = new Adopter();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread made = new Thread(task, "front-carry");
        made.setDaemon(true);
        return made;
    });
    /** What the directory wants of a service; on the thread. */
    private final Map<String, Wish> wishes = new HashMap<>();
    /** Services whose addresses are on the interface; on the thread. */
    private final Map<String, ServiceSettings> here = new HashMap<>();

    /**
     * Joins two fronts.
     *
     * @param tcp for services that sleep, and those with a network; closed with this
     * @param sockets for services without; closed with this
     * @param store with the rights of domain 0; stays open for as long as this is
     * @param device the interface that gets the addresses: the bridge that the TCP front's link is a port of
     * @param notes gets a line for what goes wrong, on any thread; must not block
     */
    public CarryingFront(
            TcpFront tcp, SocketFronts sockets, XenStoreClient store, String device, Consumer<String> notes) {
        this.tcp = tcp;
        this.sockets = sockets;
        this.store = store;
        this.device = device;
        this.notes = notes;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Says who starts the services.
     *
     * @param starter the directory this is the front of
     */
    public void serve(Directory starter) {
        tcp.serve(starter);
        sockets.serve(starter);
    }

    private static boolean isCarried(ServiceSettings service) {
        return service.receive() == Receive.CONDUIT && !service.addresses().isEmpty() && !service.ports().isEmpty();
    }

    @Override
    public boolean holds(ServiceSettings service) {
        return tcp.holds(service) || sockets.holds(service);
    }

    @Override
    public void arm(ServiceSettings service) {
        if (!isCarried(service)) {
            carryNoMore(service.name());
            tcp.arm(service);
        } else if (service.sharing().isShared()) {
            thread.execute(() -> share(service));
        } else {
            thread.execute(() -> {
                wishes.put(service.name(), Wish.ASLEEP);
                sleep(service);
            });
        }
    }

    @Override
    public void started(ServiceSettings service, int domain) {
        if (!service.sharing().isShared()) {
            tcp.started(service, domain);
        }
    }

    @Override
    public void handOver(ServiceSettings service) {
        if (!isCarried(service)) {
            carryNoMore(service.name());
            tcp.handOver(service);
        } else if (service.sharing().isShared()) {
            thread.execute(() -> share(service));
        } else {
            thread.execute(() -> {
                wishes.put(service.name(), Wish.UP);
                take(service);
            });
        }
    }

    @Override
    public void disarm(ServiceSettings service) {
        carryNoMore(service.name());
        if (isCarried(service)) {
            // Behind what is still to be done for it.
            thread.execute(() -> tcp.disarm(service));
        } else {
            tcp.disarm(service);
        }
    }

    /** It is no more, or may have been carried until its settings changed. */
    private void carryNoMore(String name) {
        thread.execute(() -> {
            wishes.remove(name);
            ServiceSettings before = here.remove(name);
            if (before != null) {
                sockets.disarm(before);
                attempt(before, () -> interfaceOf(before).remove());
            }
        });
    }

    private void share(ServiceSettings service) {
        if (tcp.holds(service)) {
            // It did not share before.
            wishes.remove(service.name());
            tcp.disarm(service);
        }
        attempt(service, () -> {
            interfaceOf(service).put();
            here.put(service.name(), service);
            sockets.arm(service);
            interfaceOf(service).announce();
        });
    }

    /** The addresses go to the TCP front as soon as no client has a connection with the kernel. */
    private void sleep(ServiceSettings service) {
        if (wishes.get(service.name()) != Wish.ASLEEP) {
            return;
        }
        attempt(service, () -> {
            if (isConnected(service)) {
                again(() -> sleep(service));
                return;
            }
            interfaceOf(service).remove();
            if (isConnected(service)) {
                // One was quicker.
                interfaceOf(service).put();
                again(() -> sleep(service));
                return;
            }
            sockets.disarm(service);
            here.remove(service.name());
            tcp.arm(service);
        });
    }

    private boolean isConnected(ServiceSettings service) throws IOException {
        Set<InetSocketAddress> ends = here.containsKey(service.name()) ? KernelConnections.ends() : Set.of();
        return service.addresses().stream().anyMatch(address -> service.ports().stream()
                .anyMatch(port -> ends.contains(new InetSocketAddress(address, port))));
    }

    private void take(ServiceSettings service) {
        if (wishes.get(service.name()) != Wish.UP || here.containsKey(service.name())) {
            return;
        }
        ServiceInterface addresses = interfaceOf(service);
        try {
            Optional<Integer> taken = HandOver.take(store, service.name(), connections ->
                    Adoption.prepare(service, sockets, addresses, notes, adopter, connections), PATIENCE);
            if (taken.isEmpty()) {
                addresses.put();
                sockets.arm(service);
            }
            here.put(service.name(), service);
            addresses.announce();
        } catch (IOException | RuntimeException failed) {
            notes.accept(service.name() + ": its connections cannot be carried: " + failed.getMessage());
            tcp.refuse(service.name(), failed.getMessage());
            again(() -> take(service));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Those of its addresses that are not there for another service already. Without their network: the machine has an
     * address of its own in it, or a route.
     */
    private ServiceInterface interfaceOf(ServiceSettings service) {
        Set<InetAddress> others = new HashSet<>();
        here.values().stream().filter(other -> !other.name().equals(service.name()))
                .forEach(other -> others.addAll(other.addresses()));
        return new ServiceInterface(device, service.addresses().stream().filter(address -> !others.contains(address))
                .map(address -> new ServiceInterface.Address(address, address.getAddress().length * Byte.SIZE)).toList());
    }

    private void again(Runnable task) {
        thread.schedule(task, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Something that may fail. */
    private interface Step {
        void run() throws IOException;
    }

    private void attempt(ServiceSettings service, Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException failed) {
            notes.accept(service.name() + ": " + failed.getMessage());
        }
    }

    /** Resets what is carried, and takes the addresses off the interface; what sleeps is left for the next front. Idempotent. */
    @Override
    public void close() {
        if (!thread.isShutdown()) {
            thread.execute(() -> {
                sockets.close();
                for (ServiceSettings service : Set.copyOf(here.values())) {
                    here.remove(service.name());
                    attempt(service, () -> interfaceOf(service).remove());
                }
            });
        }
        thread.shutdown();
        try {
            thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        adopter.close();
        tcp.close();
    }
}
