package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.VchanState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connections that were granted and whose clients have yet to attach, which shows in shared memory only. Looked at
 * often at first, when most attach, and less and less often until their time is up. One thread at a time.
 */
final class Attachments {

    private static final long FIRST_NANOS = 50_000;
    private static final long LONGEST_NANOS = 5_000_000;

    private final List<Pending> pending = new ArrayList<>();

    private static final class Pending {
        private final ConduitConnection connection;
        private final Deadline deadline;
        private long pause = FIRST_NANOS;
        private long next = System.nanoTime();

        Pending(ConduitConnection connection, Deadline deadline) {
            this.connection = connection;
            this.deadline = deadline;
        }
    }

    void add(ConduitConnection connection, Duration longest) {
        pending.add(new Pending(connection, Deadline.after(longest)));
    }

    int size() {
        return pending.size();
    }

    long count(DomainId client) {
        return pending.stream().filter(one -> one.connection.peer().equals(client)).count();
    }

    /**
     * Sorts out those whose time to be looked at has come.
     *
     * @return nanoseconds to the next look, or {@link Dispatcher#IDLE} when nobody is left
     */
    long poll(Consumer<ConduitConnection> attached) {
        long due = Dispatcher.IDLE;
        long now = System.nanoTime();
        for (Iterator<Pending> each = pending.iterator(); each.hasNext(); ) {
            Pending one = each.next();
            if (one.next - now <= 0) {
                VchanState state = one.connection.state();
                if (state == VchanState.OPEN || state == VchanState.PEER_CLOSED) {
                    each.remove();
                    attached.accept(one.connection);
                    continue;
                }
                if (state != VchanState.WAITING || one.deadline.passed()) {
                    each.remove();
                    one.connection.end().abandon();
                    continue;
                }
                one.next = now + one.pause;
                one.pause = Math.min(2 * one.pause, LONGEST_NANOS);
            }
            due = Math.min(due, Math.max(1, one.next - now));
        }
        return due;
    }

    void close() {
        pending.forEach(one -> one.connection.close());
        pending.clear();
    }
}
