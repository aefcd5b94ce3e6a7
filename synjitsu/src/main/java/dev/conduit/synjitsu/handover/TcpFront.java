package dev.conduit.synjitsu.handover;

import dev.conduit.core.DomainId;
import dev.conduit.core.net.FrameLink;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.Front;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.rendezvous.directory.service.Cause;
import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A directory's front on a link: answers for the addresses of services that sleep, keeps what their clients send, and
 * hands the connections over to each service when that is up and asks for them. Thread-safe; one thread does everything.
 */
public final class TcpFront implements Front, AutoCloseable {

    private final FrontLoop loop;
    private final Consumer<String> notes;
    private final CompletableFuture<Directory> directory = new CompletableFuture<>();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    /** Services that were asked for, and whose answer is not there yet. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Map<String, Duration> patience = new ConcurrentHashMap<>();

    private TcpFront(FrameLink link, MacAddress mac, XenStoreClient store, TableOptions options, Consumer<String> notes)
            throws XenStoreException {
        this.notes = notes;
        loop = new FrontLoop(link, mac, store, options, notes, this::wake);
    }

    /**
     * Gives the address that fronts of this host have on a link, one after the other.
     *
     * @param store with the rights of domain 0
     * @param link the interface's name
     * @return locally administered, of a single station
     * @throws XenStoreException when the key it comes from cannot be read or written
     */
    public static MacAddress addressOn(XenStoreClient store, String link) throws XenStoreException {
        return FrontKey.mac(store, link);
    }

    /**
     * Begins. Blocks for up to a second, in which its code is made ready for the first client.
     *
     * @param link where clients are; closed with the front
     * @param mac the front's own address on the link, which nobody else has there
     * @param store with the rights of domain 0; stays open for as long as the front is
     * @param options bounds of its connections
     * @param notes gets a line for each thing it does, on any thread; must not block
     * @return a front without services
     * @throws XenStoreException when its key cannot be read or written
     */
    public static TcpFront open(
            FrameLink link, MacAddress mac, XenStoreClient store, TableOptions options, Consumer<String> notes)
            throws XenStoreException {
        WarmUp.run(store);
        TcpFront front = new TcpFront(link, mac, store, options, notes);
        front.loop.start();
        return front;
    }

    /**
     * Removes what a front has left in XenStore: services would wait for it where none comes any more.
     *
     * @param store with the rights of domain 0
     * @throws XenStoreException when it cannot be removed
     */
    public static void removeAll(XenStoreClient store) throws XenStoreException {
        for (String path : List.of(StatePaths.MARKS, StatePaths.ROOT)) {
            if (store.exists(path)) {
                store.remove(path);
            }
        }
    }

    /**
     * Says who starts the services, and who shows the front's counters: {@code front.} and what was done since it began
     * ({@code syns} answered, {@code cookies} among these, handshakes {@code established}, connections that
     * {@code ended-} each for its reason, {@code hand-overs} and the connections {@code handed-over}, hand-overs
     * {@code taken-back}, {@code dropped-} each for its reason) and what it holds now ({@code connections},
     * {@code half-open} ones among these, {@code bytes} of data).
     *
     * @param starter the directory this is the front of
     */
    public void serve(Directory starter) {
        directory.complete(starter);
        starter.addCounters("front", this::counters);
    }

    Map<String, Long> counters() {
        return loop.counters().read();
    }

    @Override
    public boolean holds(ServiceSettings service) {
        return held.contains(service.name());
    }

    @Override
    public void arm(ServiceSettings service) {
        if (isFronted(service)) {
            patience.put(service.name(), service.times().start().plus(service.ready().within()));
            loop.execute(now -> {
                loop.holding(service).arm(now).ifPresent(client -> wake(service.name(), client.toString()));
                held.add(service.name());
            });
        }
    }

    /** Clients of others wait for the boot, as without a front. */
    private boolean isFronted(ServiceSettings service) {
        return (service.receive() != Receive.REPLAY || loop.replays()) && !service.addresses().isEmpty()
                && !service.ports().isEmpty();
    }

    @Override
    public void started(ServiceSettings service, int domain) {
        if (isFronted(service) && service.receive() == Receive.CONDUIT) {
            // Whoever carries its connections takes them over, in this domain.
            loop.execute(now -> {
                Held holding = loop.holding(service);
                holding.startedHere(now);
                loop.watch(holding);
            });
        } else if (isFronted(service) && domain < 0) {
            notes.accept(service.name() + ": its launcher does not tell its domain, so it cannot take connections over");
        } else if (isFronted(service)) {
            loop.execute(now -> {
                Held holding = loop.holding(service);
                holding.started(new DomainId(domain), now);
                loop.watch(holding);
            });
        }
    }

    /** Nothing to do: the service itself asks for its connections, before or after it is ready. */
    @Override
    public void handOver(ServiceSettings service) {}

    @Override
    public void disarm(ServiceSettings service) {
        held.remove(service.name());
        patience.remove(service.name());
        loop.execute(now -> loop.forget(service.name()));
    }

    /**
     * Has the clients that wait for a service told that it does not come.
     *
     * @param name the service
     * @param why one line
     */
    public void refuse(String name, String why) {
        loop.refuse(name, why);
    }

    /** A client wants a service: one question to the directory at a time. */
    private void wake(String name, String client) {
        if (asked.add(name)) {
            directory.thenAccept(starter -> starter
                    .ask(name, Cause.SYN, client, patience.getOrDefault(name, Duration.ofMinutes(1)))
                    .thenAccept(outcome -> {
                        asked.remove(name);
                        if (outcome instanceof Outcome.Failed failed) {
                            loop.refuse(name, failed.message());
                        }
                    }));
        }
    }

    /** Leaves all connections in XenStore for the next front. Idempotent. */
    @Override
    public void close() {
        loop.close();
    }
}
