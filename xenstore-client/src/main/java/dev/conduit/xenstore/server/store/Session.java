package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the store keeps for one connection: who it is, its watches, its transactions. */
public final class Session {

    /** Connections of an unprivileged domain; on a Xen host each has one. */
    private static final int CONNECTIONS_MAX = 256;

    private final DomainAccount account;
    private final EventSink sink;
    private final LongSupplier clock;
    private final Starvation starvation = new Starvation();
    private final Map<Watch.Key, Watch> watches = new LinkedHashMap<>(4);
    private final Map<Integer, Transaction> transactions = new HashMap<>(4);
    private int lastTransaction;
    /** What the messages waiting to be read cost. */
    private long queuedMemory;
    private boolean open = true;

    Session(DomainAccount account, EventSink sink, LongSupplier clock) {
        this.account = account;
        this.sink = sink;
        this.clock = clock;
    }

    /**
     * Returns whose connection this is.
     *
     * @return domain id
     */
    public int domain() {
        return account.domain();
    }

    /**
     * Tells whether it has every right and no quota.
     *
     * @return true for domain 0
     */
    public boolean privileged() {
        return account.domain() == Subject.PRIVILEGED;
    }

    /**
     * Tells whether the domain may have as many connections as it has with this one.
     *
     * @return true for domain 0
     */
    public boolean affordable() {
        return privileged() || account.sessions().size() <= CONNECTIONS_MAX;
    }

    /**
     * Tells whether a transaction is open.
     *
     * @param id off the wire
     * @return true until it ends
     */
    public boolean hasTransaction(int id) {
        return transactions.containsKey(id);
    }

    /**
     * Tells whether its domain may use a feature.
     *
     * @param feature a bit of {@link dev.conduit.xenstore.wire.Features}
     * @return true unless it was switched off for the domain
     */
    public boolean has(int feature) {
        return (account.features() & feature) != 0;
    }

    /**
     * Returns what its domain may use.
     *
     * @return bits of {@link dev.conduit.xenstore.wire.Features}
     */
    public int features() {
        return account.features();
    }

    /**
     * Tells whether no further request may be handled, because replies wait to be read: as many as may be outstanding,
     * or any when the domain has no memory left.
     *
     * @param replies waiting on this connection
     * @return false for domain 0
     */
    public boolean outstanding(int replies) {
        return replies > 0 && !privileged()
                && (account.limits().exceeds(Kind.OUTSTANDING, replies + 1L) || account.exceeds(Kind.MEMORY, 0));
    }

    /**
     * Tells how long its domain's requests have to rest, because the domain kept others from committing.
     *
     * @return nanoseconds, 0 for not at all
     */
    public long restNanos() {
        if (!account.delayed()) {
            return 0;
        }
        long rest = account.readyAt() - clock.getAsLong();
        if (rest <= 0) {
            account.endDelay();
        }
        return Math.max(0, rest);
    }

    /**
     * Counts a message that begins to wait to be read.
     *
     * @param wireSize its bytes
     * @param reply whether it answers a request
     */
    public void queued(int wireSize, boolean reply) {
        addQueued(MemoryCost.message(wireSize));
        if (reply) {
            account.tally().add(Kind.OUTSTANDING, 1);
        }
    }

    /**
     * Counts a message that no longer waits.
     *
     * @param wireSize its bytes
     * @param reply whether it answers a request
     */
    public void dequeued(int wireSize, boolean reply) {
        addQueued(-MemoryCost.message(wireSize));
        if (reply) {
            account.tally().add(Kind.OUTSTANDING, -1);
        }
    }

    /**
     * Tells whether an event still fits into what the domain may keep waiting.
     *
     * @param wireSize its bytes
     * @return true for domain 0
     */
    public boolean fits(int wireSize) {
        return !account.exceeds(Kind.MEMORY, MemoryCost.message(wireSize));
    }

    private void addQueued(long more) {
        queuedMemory += more;
        account.addMemory(more);
    }

    /** Everything this session costs its domain, counted anew. */
    long memory() {
        long memory = MemoryCost.SESSION + queuedMemory;
        for (Watch watch : watches.values()) {
            memory += MemoryCost.watch(watch.path(), watch.key().token());
        }
        for (Transaction transaction : transactions.values()) {
            memory += transaction.memory();
        }
        return memory;
    }

    Starvation starvation() {
        return starvation;
    }

    boolean open() {
        return open;
    }

    void markClosed() {
        open = false;
    }

    DomainAccount account() {
        return account;
    }

    Subject subject() {
        return new Subject(account.domain(), account.target());
    }

    EventSink sink() {
        return sink;
    }

    Map<Watch.Key, Watch> watches() {
        return watches;
    }

    Map<Integer, Transaction> transactions() {
        return transactions;
    }

    SessionState state(Supplier<Workspace> fresh, Releases releases) {
        return new SessionState(domain(), lastTransaction, watches.values().stream().map(Watch::state).toList(),
                transactions.entrySet().stream()
                        .map(open -> open.getValue().state(open.getKey(), fresh.get(), releases)).toList());
    }

    void setLastTransaction(int id) {
        lastTransaction = id;
    }

    /** A number not in use; they start at 1 and never are 0. */
    int nextTransaction() {
        do {
            lastTransaction++;
        } while (lastTransaction == 0 || transactions.containsKey(lastTransaction));
        return lastTransaction;
    }
}
