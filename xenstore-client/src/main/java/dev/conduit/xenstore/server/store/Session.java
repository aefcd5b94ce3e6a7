package dev.conduit.xenstore.server.store;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What the store keeps for one connection: who it is, its watches, its transactions. */
public final class Session {

    private final DomainAccount account;
    private final EventSink sink;
    private final Map<Watch.Key, Watch> watches = new LinkedHashMap<>(4);
    private final Map<Integer, Transaction> transactions = new HashMap<>(4);
    private int lastTransaction;
    private boolean open = true;

    Session(DomainAccount account, EventSink sink) {
        this.account = account;
        this.sink = sink;
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
     * Tells whether a transaction is open.
     *
     * @param id off the wire
     * @return true until it ends
     */
    public boolean hasTransaction(int id) {
        return transactions.containsKey(id);
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

    SessionState state(Supplier<Workspace> fresh) {
        return new SessionState(domain(), lastTransaction, watches.values().stream().map(Watch::state).toList(),
                transactions.entrySet().stream().map(open -> open.getValue().state(open.getKey(), fresh.get())).toList());
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
