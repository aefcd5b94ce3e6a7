package dev.conduit.synjitsu.handover;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.synjitsu.front.Responder;
import dev.conduit.synjitsu.handover.Turn.Word;
import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.MacAddress;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One service, as its front holds it: joins the steps in XenStore with what the responder does. For the front's thread.
 */
final class Holding implements Held {

    /** Longest time a service may take from when its connections were frozen to its commit. */
    private static final long FROZEN_NANOS = 5_000_000_000L;
    /** Longest wait for the announcement of a service that has committed. */
    private static final long ANNOUNCED_NANOS = 2_000_000_000L;

    private final String name;
    private final List<IpAddress> addresses;
    private final Set<Integer> ports;
    private final FrontSide side;
    private final XenStoreClient store;
    private final Responder responder;
    private final FrontCounters counters;
    private final Consumer<String> notes;
    /** Numbers of connections in XenStore. */
    private final Map<Connection, Integer> numbers = new HashMap<>();
    private int nextNumber;
    private Turn turn;
    /** Who has announced itself since the connections were frozen. */
    private MacAddress guest;
    private long deadline;
    private long defended = System.nanoTime() - DEFENCE_NANOS;

    Holding(ServiceSettings service, XenStoreClient store, Responder responder, FrontCounters counters,
            Consumer<String> notes) {
        this.name = service.name();
        this.addresses = service.addresses().stream().map(IpAddress::of).toList();
        this.ports = Set.copyOf(service.ports());
        this.side = new FrontSide(name);
        this.store = store;
        this.responder = responder;
        this.counters = counters;
        this.notes = notes;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<IpAddress> addresses() {
        return addresses;
    }

    boolean isReleased() {
        return turn != null && turn.word() == Word.RELEASED;
    }

    @Override
    public Optional<IpAddress> arm(long now) throws XenStoreException {
        boolean first = turn == null;
        if (!first && turn.word() == Word.FROZEN) {
            settle(now, true);
        }
        if (isReleased()) {
            // What it had taken has died with it.
            addresses.forEach(responder::forget);
            deadline = 0;
        }
        Turn armed = store.transaction(side::arm);
        if (first || !armed.equals(turn)) {
            takeBack(armed, first, now);
        }
        return numbers.keySet().stream().map(Connection::remote).findAny();
    }

    /** A front that begins now goes on where an earlier one was. */
    @Override
    public void startedHere(long now) throws XenStoreException {
        if (turn == null) {
            takeBack(store.transaction(side::recover), true, now);
        }
    }

    /** Its guest may take what is held. */
    @Override
    public void started(DomainId domain, long now) throws XenStoreException {
        startedHere(now);
        store.transaction(transaction -> {
            side.admit(transaction, domain);
            return null;
        });
    }

    private void takeBack(Turn taken, boolean first, long now) throws XenStoreException {
        Turn before = turn;
        turn = taken;
        if (turn.word() == Word.RELEASED) {
            return;
        }
        boolean frozen = before != null && before.word() == Word.FROZEN;
        for (IpAddress address : addresses) {
            responder.arm(address, ports, now);
            if (frozen) {
                responder.resume(address, now);
            }
        }
        if (first) {
            restore(now);
        }
        if (turn.word() == Word.FROZEN) {
            addresses.forEach(responder::hold);
            deadline = now + FROZEN_NANOS;
        }
    }

    private void restore(long now) throws XenStoreException {
        try {
            for (Map.Entry<Integer, ConnectionNodes.Saved> saved : ConnectionNodes.read(store, name).entrySet()) {
                numbers.put(responder.table().restore(saved.getValue().aged(), saved.getValue().via(), now), saved.getKey());
                nextNumber = Math.max(nextNumber, saved.getKey() + 1);
            }
        } catch (IllegalArgumentException broken) {
            notes.accept(name + ": a connection that was kept is lost: " + broken.getMessage());
        }
        if (!numbers.isEmpty()) {
            notes.accept(name + ": goes on with " + numbers.size() + " connections of the front before");
        }
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

    @Override
    public void look(long now) throws XenStoreException {
        if (turn == null || turn.word() == Word.RELEASED) {
            return;
        }
        if (turn.word() == Word.HOLDING) {
            freeze(now);
        } else {
            settle(now, false);
        }
    }

    /** Writes how all connections are at this moment, their timestamps as well, and stops. */
    private void freeze(long now) throws XenStoreException {
        long generation = turn.generation();
        Map<Integer, Connection> byNumber = new TreeMap<>();
        numbers.forEach((connection, number) -> byNumber.put(number, connection));
        boolean frozen = store.transaction(transaction -> {
            XenStoreChanges changes = new XenStoreChanges();
            byNumber.forEach((number, connection) -> ConnectionNodes.writeTcb(changes, name, number,
                    responder.table().snapshot(connection, now), connection.via()));
            return side.freeze(transaction, generation, changes);
        });
        if (frozen) {
            addresses.forEach(responder::hold);
            turn = new Turn(Word.FROZEN, generation);
            guest = null;
            deadline = now + FROZEN_NANOS;
        }
    }

    private void settle(long now, boolean over) throws XenStoreException {
        long generation = turn.generation();
        Turn after = store.transaction(transaction -> side.settle(transaction, generation, over));
        if (after.word() == Word.HOLDING) {
            counters.tookBack();
            notes.accept(name + ": did not take its " + numbers.size() + " connections; the front goes on");
            takeBack(after, false, now);
        } else if (after.word() == Word.RELEASED) {
            turn = after;
            notes.accept(name + ": has taken " + numbers.size() + " connections");
            counters.handedOver(numbers.size());
            numbers.clear();
            deadline = now + ANNOUNCED_NANOS;
            letGo(now);
        }
    }

    /** It is the service, when it has committed or is about to. */
    @Override
    public void claimed(IpAddress address, MacAddress by, long now) {
        if (turn == null || turn.word() == Word.HOLDING) {
            if (now - defended >= DEFENCE_NANOS) {
                defended = now;
                responder.announce(address, now);
            }
        } else {
            guest = by;
            letGo(now);
        }
    }

    private void letGo(long now) {
        if (turn.word() == Word.RELEASED && guest != null && deadline != 0) {
            deadline = 0;
            addresses.forEach(address -> responder.release(address, guest, now));
        }
    }

    @Override
    public long nextTimer() {
        return deadline == 0 ? Long.MAX_VALUE : deadline;
    }

    @Override
    public void advance(long now) throws XenStoreException {
        if (deadline == 0 || deadline - now > 0) {
            return;
        }
        if (turn.word() == Word.RELEASED) {
            deadline = 0;
            notes.accept(name + ": has its connections, but did not announce its addresses; the front leaves them alone");
            addresses.forEach(responder::forget);
        } else {
            deadline = 0;
            settle(now, true);
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
        addresses.forEach(responder::forget);
        store.transaction(transaction -> {
            side.end(transaction);
            return null;
        });
    }
}
