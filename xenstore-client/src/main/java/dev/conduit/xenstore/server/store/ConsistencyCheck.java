package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Compares the accounts with the tree and the sessions. */
final class ConsistencyCheck {

    private final Node root;
    private final Accounts accounts;
    private final Charges charges = new Charges();
    private final Set<Integer> owners = new HashSet<>();
    private final Map<Integer, Set<String>> namedFrom = new HashMap<>();

    ConsistencyCheck(Node root, Accounts accounts) {
        this.root = root;
        this.accounts = accounts;
    }

    boolean passes() {
        Subtree.walk(Path.absolute("/"), null, root, this::count);
        for (DomainAccount account : accounts.all()) {
            Set<String> named = namedFrom.remove(account.domain());
            owners.remove(account.domain());
            if (!account.namedFrom().equals(named == null ? Set.of() : named) || !agrees(account)) {
                return false;
            }
        }
        return owners.isEmpty() && namedFrom.isEmpty();
    }

    private boolean agrees(DomainAccount account) {
        long watches = 0;
        long transactions = 0;
        long memory = charges.memory(account.domain());
        for (Session session : account.sessions()) {
            watches += session.watches().size();
            transactions += session.transactions().size();
            memory += session.memory();
        }
        Tally tally = account.tally();
        return tally.get(Kind.NODES) == charges.nodes(account.domain()) && tally.get(Kind.WATCHES) == watches
                && tally.get(Kind.TRANSACTIONS) == transactions && tally.get(Kind.MEMORY) == memory;
    }

    private void count(Subtree node) {
        Acl acl = node.acl();
        owners.add(acl.owner());
        charges.add(acl.owner(), 1, node.memory());
        for (int i = 0; i < acl.size(); i++) {
            int domain = acl.domain(i);
            if (Acl.guest(domain) && Mentions.begins(acl, node.aclAbove(), domain)) {
                namedFrom.computeIfAbsent(domain, unused -> new HashSet<>()).add(node.path());
            }
        }
    }
}
