package dev.conduit.xenstore.server.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
