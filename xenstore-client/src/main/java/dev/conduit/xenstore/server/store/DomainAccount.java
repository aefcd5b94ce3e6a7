package dev.conduit.xenstore.server.store;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** What one domain uses, and where its id stands in the tree. */
final class DomainAccount {

    private final int domain;
    private final Set<Session> sessions = new LinkedHashSet<>(2);
    /** Paths of nodes whose permissions name this domain; kept for all but the privileged one, which never goes. */
    private final Set<String> namedBy = new HashSet<>();
    private boolean introduced;
    private int target = -1;
    private int nodes;
    private int watches;
    private int transactions;

    DomainAccount(int domain) {
        this.domain = domain;
    }

    int domain() {
        return domain;
    }

    Set<Session> sessions() {
        return sessions;
    }

    Set<String> namedBy() {
        return namedBy;
    }

    boolean introduced() {
        return introduced;
    }

    void setIntroduced(boolean value) {
        introduced = value;
    }

    int target() {
        return target;
    }

    void setTarget(int value) {
        target = value;
    }

    int nodes() {
        return nodes;
    }

    void addNodes(int more) {
        nodes += more;
    }

    int watches() {
        return watches;
    }

    void addWatches(int more) {
        watches += more;
    }

    int transactions() {
        return transactions;
    }

    void addTransactions(int more) {
        transactions += more;
    }

    /** Whether nothing needs this account any more. */
    boolean idle() {
        return !introduced && sessions.isEmpty() && namedBy.isEmpty() && nodes == 0 && target < 0;
    }
}
