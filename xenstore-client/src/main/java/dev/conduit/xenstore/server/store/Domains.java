package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.wire.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Domains that come and go, and what each uses. Not thread-safe, like the store it belongs to. */
public final class Domains {

    private final Store store;
    private final Accounts accounts;
    private final EventRouter router;
    private final SpecialNodes specials;

    Domains(Store store, Accounts accounts, EventRouter router, SpecialNodes specials) {
        this.store = store;
        this.accounts = accounts;
        this.router = router;
        this.specials = specials;
    }

    /**
     * Notes that a domain is there and tells the watchers, unless it was there already.
     *
     * @param domain domain id
     */
    public void introduce(int domain) {
        DomainAccount account = accounts.open(domain);
        if (account.introduced()) {
            return;
        }
        account.setIntroduced(true);
        router.fireSpecial(SpecialNodes.INTRODUCE, domain, specials.acl(SpecialNodes.INTRODUCE));
    }

    /**
     * Tells whether a domain was introduced and not released.
     *
     * @param domain domain id
     * @return true for domain 0
     */
    public boolean introduced(int domain) {
        DomainAccount account = accounts.get(domain);
        return account != null && account.introduced();
    }

    /**
     * Ends a domain: its connections are closed, its nodes removed, its entries in permissions dropped, so that nothing
     * is left for a later domain of the same id; then tells the watchers.
     *
     * @param domain domain id, not 0
     */
    public void release(int domain) {
        DomainAccount account = accounts.open(domain);
        for (Session session : List.copyOf(account.sessions())) {
            store.close(session);
            session.sink().released();
        }
        account.setIntroduced(false);
        accounts.forgetTarget(domain);
        specials.forget(domain);
        forgetNodes(account);
        accounts.dropIdle(domain);
        router.fireSpecial(SpecialNodes.RELEASE, domain, specials.acl(SpecialNodes.RELEASE));
    }

    private void forgetNodes(DomainAccount account) {
        Workspace workspace = store.workspace();
        // Sorted, a parent comes before its children: a subtree goes at once, with one event for its root.
        for (String text : account.namedBy().stream().sorted().toList()) {
            Lookup at = workspace.lookup(Path.absolute(text));
            Node node = at.node();
            if (node == null) {
                continue;
            }
            if (node.acl().owner() == account.domain() && !at.path().root()) {
                workspace.remove(at);
            } else {
                workspace.dropFromAcl(at, account.domain());
            }
        }
        store.adopt(workspace);
    }

    /**
     * Gives a domain the rights of another besides its own.
     *
     * @param domain domain id
     * @param target domain id
     * @throws StoreError ENOENT when either was not introduced
     */
    public void setTarget(int domain, int target) throws StoreError {
        if (!introduced(domain) || !introduced(target)) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        accounts.setTarget(domain, target);
    }

    /**
     * Counts what each domain uses.
     *
     * @return by domain id; domains that use nothing are left out
     */
    public Map<Integer, Usage> usage() {
        Map<Integer, Usage> usage = new TreeMap<>();
        for (DomainAccount account : accounts.all()) {
            usage.put(account.domain(), new Usage(account.nodes(), account.watches(), account.transactions(),
                    account.sessions().size()));
        }
        return usage;
    }
}
