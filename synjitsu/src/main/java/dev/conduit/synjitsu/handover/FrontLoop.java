package dev.conduit.synjitsu.handover;

import dev.conduit.core.net.FrameLink;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.synjitsu.front.AddressPolicy;
import dev.conduit.synjitsu.front.Responder;
import dev.conduit.synjitsu.replay.ReplayedConnection;
import dev.conduit.synjitsu.replay.Replays;
import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.TableOptions;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The front's thread. In each turn it takes the frames that are there, writes the connections that changed to XenStore in
 * one transaction, and only then sends: what a client was told is known to the next front, too.
 */
final class FrontLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrontLoop.class);
    /** Frames of a turn. */
    private static final int BATCH = 256;
    private static final long IDLE_NANOS = 1_000_000_000L;
    private static final long PAUSE_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 5_000;

    /** Something to be done on the thread. */
    @FunctionalInterface
    interface Task {
        void run(long now) throws XenStoreException;
    }

    private final FrameLink link;
    private final XenStoreClient store;
    private final Consumer<String> notes;
    private final FrontCounters counters;
    private final Responder responder;
    /** {@code null} on a link of bare IP packets. */
    private final Replays replays;
    private final Map<String, Held> holdings = new HashMap<>();
    private final Map<IpAddress, Held> byAddress = new HashMap<>();
    private final Map<String, XenStoreClient.Watch> watches = new HashMap<>();
    private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
    private final List<ByteBuffer> output = new ArrayList<>();
    /** Those not in XenStore as they are. */
    private final Set<Connection> unsaved = new LinkedHashSet<>();
    private final Set<ReplayedConnection> unsavedReplays = new LinkedHashSet<>();
    private final ByteBuffer frame = ByteBuffer.allocateDirect(FrameLink.MAX_FRAME);
    private final Thread thread = new Thread(this::run, "front");
    private volatile boolean closed;

    FrontLoop(FrameLink link, MacAddress mac, XenStoreClient store, TableOptions options, Consumer<String> notes,
            BiConsumer<String, String> wake) throws XenStoreException {
        this.link = link;
        this.store = store;
        this.notes = notes;
        byte[] key = FrontKey.get(store);
        Drops drops = new Drops();
        counters = new FrontCounters(drops, new TcpEvents() {
            @Override
            public void asked(IpAddress service, int port, IpAddress client) {
                wake.accept(byAddress.get(service).name(), client.toString());
            }

            @Override
            public void established(Connection connection) {
                tasks.add(now -> holdingOf(connection.local(), holding -> holding.established(connection, now)));
            }
        });
        AddressPolicy policy = new AddressPolicy() {
            @Override
            public void claimed(IpAddress address, MacAddress by) {
                tasks.add(now -> holdingOf(address, holding -> holding.claimed(address, by, now)));
            }

            @Override
            public boolean answersProbe(IpAddress address, MacAddress asker) {
                tasks.add(now -> holdingOf(address, holding -> holding.probed(now)));
                return false;
            }
        };
        long now = System.nanoTime();
        responder = link.mac().length == 0
                ? Responder.onIp(options, key, counters, drops, output::add, now)
                : Responder.onEthernet(mac, options, key, counters, policy, drops, output::add, now);
        replays = link.mac().length == 0 ? null
                : new Replays(mac, link.mtu(), responder.table(), output::add, this::sendAtOnce, now);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void execute(Task task) {
        tasks.add(task);
        link.wakeUp();
    }

    FrontCounters counters() {
        return counters;
    }

    /** On the thread. */
    Held holding(ServiceSettings service) {
        return holdings.computeIfAbsent(service.name(), name -> {
            Held holding = service.receive() == Receive.REPLAY
                    ? new Replaying(service, store, responder, replays, counters, notes)
                    : new Holding(service, store, responder, counters, notes);
            holding.addresses().forEach(address -> byAddress.put(address, holding));
            return holding;
        });
    }

    /** On the thread. */
    void watch(Held holding) throws XenStoreException {
        if (!watches.containsKey(holding.name())) {
            watches.put(holding.name(), store.watch(StatePaths.turn(holding.name()),
                    path -> execute(holding::look)));
        }
    }

    /** On the thread. */
    void forget(String name) throws XenStoreException {
        Held holding = holdings.remove(name);
        XenStoreClient.Watch watch = watches.remove(name);
        if (watch != null) {
            watch.close();
        }
        if (holding != null) {
            holding.end();
            byAddress.values().removeIf(other -> other == holding);
        }
    }

    void refuse(String name, String why) {
        execute(now -> {
            Held holding = holdings.get(name);
            if (holding != null) {
                notes.accept(name + ": its clients are told that it does not come: " + why);
                holding.refuse();
            }
        });
    }

    private void holdingOf(IpAddress address, Consumer<Held> action) {
        Held holding = byAddress.get(address);
        if (holding != null) {
            action.accept(holding);
        }
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    turn();
                } catch (ClosedChannelException closing) {
                    return;
                } catch (IOException down) {
                    LOG.warn("the front cannot use its link: {}", down.getMessage());
                    notes.accept("the front cannot use its link, and tries again: " + down.getMessage());
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("the front ends: {}", bug.toString(), bug);
            notes.accept("the front ends: " + bug);
        }
    }

    private void turn() throws IOException {
        boolean any = receive();
        long now = System.nanoTime();
        int before = output.size();
        responder.advance(now);
        if (replays != null) {
            if (output.size() > before) {
                // Perhaps all were told where the guest is, also those that are to go on through the front.
                replays.steer(now);
            }
            replays.advance(now);
        }
        // What is frozen is what XenStore has: all that came before it.
        save(now);
        for (Held holding : holdings.values()) {
            attempt(holding::advance, now);
        }
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
            attempt(task, now);
            any = true;
        }
        save(now);
        send();
        counters.holds(responder.table());
        if (!any) {
            link.await(deadline(now));
        }
    }

    private boolean receive() throws IOException {
        for (int i = 0; i < BATCH; i++) {
            frame.clear();
            int length = link.receive(frame);
            if (length == 0) {
                return i > 0;
            }
            frame.flip();
            long now = System.nanoTime();
            if (replays == null || !replays.receive(frame, now)) {
                responder.receive(frame, now);
            }
        }
        return true;
    }

    private void attempt(Task task, long now) {
        try {
            task.run(now);
        } catch (XenStoreException refused) {
            LOG.error("XenStore refused the front something", refused);
            notes.accept("XenStore refused the front something: " + refused.getMessage());
        }
    }

    /** What cannot be written is not acknowledged: clients send it again. */
    private void save(long now) {
        unsaved.addAll(responder.table().takeChanged());
        if (replays != null) {
            unsavedReplays.addAll(replays.takeChanged());
        }
        if (unsaved.isEmpty() && unsavedReplays.isEmpty()) {
            return;
        }
        XenStoreChanges changes = new XenStoreChanges();
        for (Connection connection : unsaved) {
            holdingOf(connection.local(), holding -> holding.save(connection, changes, now));
        }
        for (ReplayedConnection connection : unsavedReplays) {
            if (byAddress.get(connection.local()) instanceof Replaying replaying) {
                replaying.save(connection, changes);
            }
        }
        try {
            store.transaction(transaction -> {
                transaction.apply(changes);
                return null;
            });
            unsaved.clear();
            unsavedReplays.forEach(connection -> replays.confirm(connection, now));
            unsavedReplays.clear();
        } catch (XenStoreException refused) {
            LOG.error("connections cannot be kept in XenStore", refused);
            output.clear();
        }
    }

    private void send() throws IOException {
        for (ByteBuffer packet : output) {
            link.send(packet);
        }
        output.clear();
    }

    /** What is only translated waits for nothing. */
    private void sendAtOnce(ByteBuffer translated) {
        try {
            link.send(translated);
        } catch (IOException down) {
            LOG.debug("a translated frame is as good as lost: {}", down.getMessage());
        }
    }

    private long deadline(long now) {
        long next = now + Math.min(IDLE_NANOS, responder.nextTimer().orElse(now + IDLE_NANOS) - now);
        for (Held holding : holdings.values()) {
            long timer = holding.nextTimer();
            next = timer != Long.MAX_VALUE && timer - next < 0 ? timer : next;
        }
        long timer = replays == null ? Long.MAX_VALUE : replays.nextTimer();
        return timer != Long.MAX_VALUE && timer - next < 0 ? timer : next;
    }

    /** Whether connections can be played to guests here. */
    boolean replays() {
        return replays != null;
    }

    @Override
    public void close() {
        closed = true;
        link.close();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
        watches.values().forEach(XenStoreClient.Watch::close);
    }
}
