package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.StoreState.DomainState;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The accounts of all domains that use anything. */
final class Accounts {

    private final Map<Integer, DomainAccount> byDomain = new HashMap<>();
    /** The few that act for another domain. */
    private final Set<DomainAccount> withTarget = new HashSet<>();

    DomainAccount open(int domain) {
        return byDomain.computeIfAbsent(domain, DomainAccount::new);
    }

    /** The account, or null when the domain uses nothing. */
    DomainAccount get(int domain) {
        return byDomain.get(domain);
    }

    Collection<DomainAccount> all() {
        return byDomain.values();
    }

    int nodesOf(int domain) {
        DomainAccount account = byDomain.get(domain);
        return account == null ? 0 : account.nodes();
    }

    /** Counts what an adopted workspace changed. */
    void apply(Workspace workspace) {
        workspace.owned().forEach((domain, more) -> {
            if (more != 0) {
                open(domain).addNodes(more);
            }
        });
        for (Workspace.AclChange change : workspace.aclChanges()) {
            if (change.before() != null) {
                index(change.path(), change.before(), false);
            }
            if (change.after() != null) {
                index(change.path(), change.after(), true);
            }
        }
        workspace.owned().keySet().forEach(this::dropIdle);
    }

    List<DomainState> state() {
        return byDomain.values().stream().filter(account -> account.introduced() || account.target() >= 0)
                .map(account -> new DomainState(account.domain(), account.introduced(), account.target()))
                .sorted(Comparator.comparingInt(DomainState::domain)).toList();
    }

    /** Takes domains as they were, and counts the nodes of a tree. */
    void restore(StoreState state) {
        for (DomainState domain : state.domains()) {
            open(domain.domain()).setIntroduced(domain.introduced());
            if (domain.target() >= 0) {
                setTarget(domain.domain(), domain.target());
            }
        }
        Subtree.walk(Path.absolute("/"), state.root(), node -> {
            open(node.acl().owner()).addNodes(1);
            if (node.acl().namesGuests()) {
                index(node.path(), node.acl(), true);
            }
        });
    }

    private void index(String path, Acl acl, boolean add) {
        for (int i = 0; i < acl.size(); i++) {
            int domain = acl.domain(i);
            if (domain != Subject.PRIVILEGED) {
                if (add) {
                    open(domain).namedBy().add(path);
                } else {
                    open(domain).namedBy().remove(path);
                    dropIdle(domain);
                }
            }
        }
    }

    void setTarget(int domain, int target) {
        DomainAccount account = open(domain);
        account.setTarget(target);
        withTarget.add(account);
    }

    /** A domain is gone: it acts for nobody and nobody acts for it. */
    void forgetTarget(int domain) {
        withTarget.removeIf(account -> {
            boolean ends = account.domain() == domain || account.target() == domain;
            if (ends) {
                account.setTarget(-1);
            }
            return ends;
        });
    }

    void dropIdle(int domain) {
        DomainAccount account = byDomain.get(domain);
        if (account != null && account.idle()) {
            byDomain.remove(domain);
        }
    }
}
