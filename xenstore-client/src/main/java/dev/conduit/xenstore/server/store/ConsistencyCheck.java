package dev.conduit.xenstore.server.store;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Compares the accounts with the tree and the sessions. */
final class ConsistencyCheck {

    private final Node root;
    private final Accounts accounts;
    private final Map<Integer, Integer> owned = new HashMap<>();
    private final Map<Integer, Set<String>> namedBy = new HashMap<>();

    ConsistencyCheck(Node root, Accounts accounts) {
        this.root = root;
        this.accounts = accounts;
    }

    boolean passes() {
        Subtree.walk(Path.absolute("/"), root, this::count);
        for (DomainAccount account : accounts.all()) {
            int watches = account.sessions().stream().mapToInt(session -> session.watches().size()).sum();
            int transactions = account.sessions().stream().mapToInt(session -> session.transactions().size()).sum();
            Integer nodes = owned.remove(account.domain());
            Set<String> named = namedBy.remove(account.domain());
            if (account.nodes() != (nodes == null ? 0 : nodes) || account.watches() != watches
                    || account.transactions() != transactions
                    || !account.namedBy().equals(named == null ? Set.of() : named)) {
                return false;
            }
        }
        return owned.isEmpty() && namedBy.isEmpty();
    }

    private void count(Subtree node) {
        Acl acl = node.acl();
        owned.merge(acl.owner(), 1, Integer::sum);
        for (int i = 0; i < acl.size(); i++) {
            if (acl.domain(i) != Subject.PRIVILEGED) {
                namedBy.computeIfAbsent(acl.domain(i), unused -> new HashSet<>()).add(node.path());
            }
        }
    }
}
