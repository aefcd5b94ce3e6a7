package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.tcp.CloseReason;
import dev.conduit.synjitsu.tcp.Connection;
import dev.conduit.synjitsu.tcp.ConnectionTable;
import dev.conduit.synjitsu.tcp.TcpEvents;
import dev.conduit.synjitsu.wire.DropReason;
import dev.conduit.synjitsu.wire.Drops;
import dev.conduit.synjitsu.wire.IpAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** What a front has done, and what it holds. Written by the front's thread, read by any. */
final class FrontCounters implements TcpEvents {

    private enum What {
        SYNS, COOKIES, ESTABLISHED, HAND_OVERS, HANDED_OVER, TAKEN_BACK, CONNECTIONS, HALF_OPEN, BYTES
    }

    private final Drops drops;
    private final TcpEvents next;
    private final AtomicLongArray values = new AtomicLongArray(What.values().length);
    private final AtomicLongArray ended = new AtomicLongArray(CloseReason.values().length);

    /** @param next is told of SYNs and of handshakes that are complete */
    FrontCounters(Drops drops, TcpEvents next) {
        this.drops = drops;
        this.next = next;
    }

    private void add(What what, long more) {
        values.lazySet(what.ordinal(), values.get(what.ordinal()) + more);
    }

    @Override
    public void asked(IpAddress service, int port, IpAddress client) {
        add(What.SYNS, 1);
        next.asked(service, port, client);
    }

    @Override
    public void cookieSent() {
        add(What.COOKIES, 1);
    }

    @Override
    public void established(Connection connection) {
        add(What.ESTABLISHED, 1);
        next.established(connection);
    }

    @Override
    public void closed(Connection connection, CloseReason reason) {
        ended.lazySet(reason.ordinal(), ended.get(reason.ordinal()) + 1);
    }

    void handedOver(int connections) {
        add(What.HAND_OVERS, 1);
        add(What.HANDED_OVER, connections);
    }

    void tookBack() {
        add(What.TAKEN_BACK, 1);
    }

    void holds(ConnectionTable table) {
        values.lazySet(What.CONNECTIONS.ordinal(), table.size());
        values.lazySet(What.HALF_OPEN.ordinal(), table.halfOpen());
        values.lazySet(What.BYTES.ordinal(), table.bufferedBytes());
    }

    /** By their names; drops only of the kinds that there were. */
    Map<String, Long> read() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (What what : What.values()) {
            all.put(name(what), values.get(what.ordinal()));
        }
        for (CloseReason reason : CloseReason.values()) {
            all.put("ended-" + name(reason), ended.get(reason.ordinal()));
        }
        for (Map.Entry<DropReason, Long> drop : drops.all().entrySet()) {
            all.put("dropped-" + name(drop.getKey()), drop.getValue());
        }
        return all;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
