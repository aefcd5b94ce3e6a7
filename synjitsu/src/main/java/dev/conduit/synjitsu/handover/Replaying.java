package dev.conduit.synjitsu.handover;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.synjitsu.front.Responder;
import dev.conduit.synjitsu.handover.Turn.Word;
import dev.conduit.synjitsu.replay.Guest;
import dev.conduit.synjitsu.replay.Offsets;
import dev.conduit.synjitsu.replay.ReplayedConnection;
import dev.conduit.synjitsu.replay.Replays;
import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A service whose guest knows nothing of the front: its connections are played to it. It is <em>holding</em> until the guest
 * has answered a SYN; then it is <em>released</em>: the guest has its addresses, and the connections that are still
 * written in XenStore go through the front. For the front's thread.
 */
final class Replaying implements Held {

    /** How often its guest is asked whether it is there: while it may be a quick one, and later. */
    private static final long ASK_QUICKLY_NANOS = 5_000_000L;
    private static final long ASK_NANOS = 20_000_000L;
    private static final long QUICK_NANOS = 2_000_000_000L;
    /** RFC 5227, 1.1: as long as its looking may take. */
    private static final long PROBING_NANOS = 10_000_000_000L;
    private static final long LOOK_NANOS = 100_000_000L;

    private final String name;
    private final List<IpAddress> addresses;
    private final Set<Integer> ports;
    private final FrontSide side;
    private final XenStoreClient store;
    private final Responder responder;
    private final FrontCounters counters;
    private final Replays replays;
    private final Consumer<String> notes;
    private final Map<Connection, Integer> numbers = new HashMap<>();
    private final Map<ReplayedConnection, Integer> replayed = new HashMap<>();
    private int nextNumber;
    private Turn turn;
    private boolean running;
    private long runningSince;
    private Guest guest;
    /** Until then the guest looks itself whether its address is free; a question would keep it from taking it. */
    private long quietUntil = System.nanoTime();
    private boolean ready;
    private boolean inPath;
    private long timer;
    private long defended = System.nanoTime() - DEFENCE_NANOS;

    Replaying(ServiceSettings service, XenStoreClient store, Responder responder, Replays replays,
            FrontCounters counters, Consumer<String> notes) {
        this.name = service.name();
        this.addresses = service.addresses().stream().map(IpAddress::of).toList();
        this.ports = Set.copyOf(service.ports());
        this.side = new FrontSide(name);
        this.store = store;
        this.responder = responder;
        this.counters = counters;
        this.replays = replays;
        this.notes = notes;
        addresses.forEach(replays::serve);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<IpAddress> addresses() {
        return addresses;
    }

    @Override
    public Optional<IpAddress> arm(long now) throws XenStoreException {
        boolean first = turn == null;
        forgetGuest();
        Turn armed = store.transaction(transaction -> {
            if (transaction.exists(StatePaths.guest(name))) {
                transaction.remove(StatePaths.guest(name));
            }
            return side.arm(transaction);
        });
        if (first || !armed.equals(turn)) {
            turn = armed;
            addresses.forEach(address -> responder.arm(address, ports, now));
        }
        if (first) {
            restore(false, now);
        }
        return numbers.keySet().stream().map(Connection::remote).findAny();
    }

    private void forgetGuest() {
        running = false;
        ready = false;
        inPath = false;
        guest = null;
        replays.end(addresses);
    }

    @Override
    public void started(DomainId domain, long now) throws XenStoreException {
        if (turn == null) {
            turn = store.transaction(side::recover);
            if (turn.word() == Word.HOLDING || store.exists(StatePaths.family(name, true))
                    || store.exists(StatePaths.family(name, false))) {
                addresses.forEach(address -> responder.arm(address, ports, now));
                restore(true, now);
            }
            if (turn.word() == Word.RELEASED) {
                // It had its addresses before this front came.
                store.write(StatePaths.guest(name), Readiness.REPLAYED_UP);
                ready = true;
            }
        }
        if (!running) {
            running = true;
            runningSince = now;
            timer = now;
        }
    }

    /** {@code alive}: the guest is the one that the connections were played to. */
    private void restore(boolean alive, long now) throws XenStoreException {
        XenStoreChanges dead = new XenStoreChanges();
        MacAddress mac = null;
        try {
            for (Map.Entry<Integer, ConnectionNodes.Saved> saved : ConnectionNodes.read(store, name).entrySet()) {
                Tcb tcb = saved.getValue().tcb();
                int number = saved.getKey();
                nextNumber = Math.max(nextNumber, number + 1);
                long via = saved.getValue().via();
                Optional<Offsets> offsets = saved.getValue().offsets();
                if (offsets.isEmpty()) {
                    numbers.put(responder.table().restore(saved.getValue().aged(), via, now), number);
                } else if (alive) {
                    mac = offsets.get().guest();
                    replayed.put(replays.restore(tcb, offsets.get(), saved.getValue().ends(), new MacAddress(via), now),
                            number);
                } else {
                    ConnectionNodes.remove(dead, name, number, IpAddress.of(tcb.local().getAddress()).isIpv4());
                }
            }
        } catch (IllegalArgumentException broken) {
            notes.accept(name + ": a connection that was kept is lost: " + broken.getMessage());
        }
        store.<Void, XenStoreException>transaction(transaction -> {
            transaction.apply(dead);
            return null;
        });
        if (numbers.size() + replayed.size() > 0) {
            notes.accept(name + ": goes on with " + (numbers.size() + replayed.size()) + " connections of the front before");
        }
        if (mac != null) {
            up(mac, now);
        }
    }

    @Override
    public void established(Connection connection, long now) {
        if (guest != null && connection.isOpen()) {
            guest.add(connection, now);
        }
    }

    @Override
    public void claimed(IpAddress address, MacAddress by, long now) {
        if (running && guest == null) {
            up(by, now);
        } else if (!running && turn != null && now - defended >= DEFENCE_NANOS) {
            defended = now;
            responder.announce(address, now);
        }
    }

    @Override
    public void probed(long now) {
        quietUntil = now + PROBING_NANOS;
    }

    private void up(MacAddress mac, long now) {
        guest = replays.guest(addresses, mac);
        for (IpAddress address : addresses) {
            for (Connection connection : responder.table().connections(address)) {
                if (connection.state() != TcpState.SYN_RECEIVED) {
                    guest.add(connection, now);
                }
            }
        }
        if (turn.word() == Word.RELEASED) {
            share(now);
        }
    }

    private void share(long now) {
        inPath = true;
        timer = now + LOOK_NANOS;
        addresses.forEach(address -> responder.share(address, guest.mac(), now));
    }

    @Override
    public void save(Connection connection, XenStoreChanges changes, long now) {
        if (connection.isOpen()) {
            Integer number = numbers.computeIfAbsent(connection, fresh -> nextNumber++);
            ConnectionNodes.write(changes, name, number, responder.table().snapshot(connection, now), connection.via());
        } else {
            Integer number = numbers.remove(connection);
            if (number != null) {
                ConnectionNodes.remove(changes, name, number, connection.local().isIpv4());
            }
        }
    }

    /** As {@link #save(Connection, XenStoreChanges, long)}. */
    void save(ReplayedConnection connection, XenStoreChanges changes) {
        if (connection.isOpen()) {
            Integer number = replayed.computeIfAbsent(connection, fresh -> nextNumber++);
            ConnectionNodes.write(changes, name, number, connection);
        } else {
            Integer number = replayed.remove(connection);
            if (number != null) {
                ConnectionNodes.remove(changes, name, number, connection.local().isIpv4());
            }
        }
    }

    @Override
    public long nextTimer() {
        return running && (guest == null && turn.word() == Word.HOLDING || inPath) ? timer : Long.MAX_VALUE;
    }

    @Override
    public void advance(long now) throws XenStoreException {
        if (!running || turn == null) {
            return;
        }
        if (guest == null) {
            ask(now);
            return;
        }
        if (!ready && (guest.answers() || guest.waiting() == 0)) {
            // Without a client there is nobody in whose name its port could be tried.
            store.write(StatePaths.guest(name), Readiness.REPLAYED_UP);
            ready = true;
        }
        if (turn.word() == Word.HOLDING && guest.answers()) {
            long generation = turn.generation();
            turn = store.transaction(transaction -> side.share(transaction, generation));
            counters.handedOver(guest.waiting() + replayed.size());
            notes.accept(name + ": has answered, and is given its connections");
            share(now);
        }
        if (inPath && timer - now <= 0) {
            timer = now + LOOK_NANOS;
            leave(now);
        }
    }

    private void ask(long now) {
        if (turn.word() == Word.HOLDING && timer - now <= 0) {
            timer = now + (now - runningSince < QUICK_NANOS ? ASK_QUICKLY_NANOS : ASK_NANOS);
            addresses.stream().filter(address -> now - quietUntil >= 0 || !address.isIpv4()).forEach(responder::lookFor);
        }
    }

    /** When nothing goes through the front any more. */
    private void leave(long now) {
        if (guest.waiting() == 0 && addresses.stream().allMatch(address ->
                replays.count(address) == 0 && responder.table().connections(address).isEmpty())) {
            inPath = false;
            addresses.forEach(address -> responder.release(address, guest.mac(), now));
            notes.accept(name + ": the front is out of its path");
        }
    }

    @Override
    public void refuse() {
        for (IpAddress address : addresses) {
            responder.table().connections(address).forEach(responder.table()::reset);
        }
    }

    @Override
    public void end() throws XenStoreException {
        forgetGuest();
        addresses.forEach(responder::forget);
        store.transaction(transaction -> {
            side.end(transaction);
            return null;
        });
    }
}
