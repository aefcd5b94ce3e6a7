package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
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
        account.forgetTargets();
        specials.forget(domain);
        forgetNodes(account);
        store.noteRelease(domain);
        accounts.forget(account);
        router.fireSpecial(SpecialNodes.RELEASE, domain, specials.acl(SpecialNodes.RELEASE));
    }

    /**
     * Notes that a domain has shut down but is still there, and tells the watchers, once until it is resumed.
     *
     * @param domain domain id; ignored unless introduced
     */
    public void shutDown(int domain) {
        DomainAccount account = accounts.get(domain);
        if (account != null && account.introduced() && !account.shutDown()) {
            account.setShutDown(true);
            router.fireSpecial(SpecialNodes.RELEASE, domain, specials.acl(SpecialNodes.RELEASE));
        }
    }

    /**
     * Notes that a domain that had shut down runs again.
     *
     * @param domain domain id; ignored unless introduced
     */
    public void resume(int domain) {
        DomainAccount account = accounts.get(domain);
        if (account != null) {
            account.setShutDown(false);
        }
    }

    private void forgetNodes(DomainAccount account) {
        Workspace workspace = store.workspace();
        // Sorted, a parent comes before its children: a subtree goes at once, with one event for its root.
        for (String text : Mentions.all(workspace.root(), account.namedFrom(), account.domain())) {
            Lookup at = workspace.lookup(Path.absolute(text));
            Node node = at.node();
            if (node == null) {
                continue;
            }
            if (node.acl().owner() == account.domain() && !at.path().root()) {
                workspace.remove(Subject.PRIVILEGED, at);
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
        accounts.open(domain).setTarget(accounts.open(target));
    }

    /**
     * Tells what a domain may use of the server.
     *
     * @param domain domain id
     * @return bits of {@link dev.conduit.xenstore.wire.Features}
     * @throws StoreError ENOENT when nothing is known of the domain
     */
    public int features(int domain) throws StoreError {
        return known(domain).features();
    }

    /**
     * Chooses what a domain may use of the server, until it is released.
     *
     * @param domain domain id
     * @param features bits of {@link dev.conduit.xenstore.wire.Features}
     */
    public void setFeatures(int domain, int features) {
        accounts.open(domain).setFeatures(features);
    }

    /**
     * Returns the limits of domains that come from now on.
     *
     * @return immutable
     */
    public Limits limits() {
        return accounts.standard();
    }

    /**
     * Sets the limits of domains that come from now on.
     *
     * @param limits for each
     */
    public void setLimits(Limits limits) {
        accounts.setStandard(limits);
    }

    /**
     * Returns the limits of a domain.
     *
     * @param domain domain id
     * @return immutable
     */
    public Limits limits(int domain) {
        return accounts.limits(domain);
    }

    /**
     * Sets the limits of a domain until it is released. What it has already, it keeps.
     *
     * @param domain domain id
     * @param limits for this domain alone
     */
    public void setLimits(int domain, Limits limits) {
        accounts.open(domain).setLimits(limits);
    }

    private DomainAccount known(int domain) throws StoreError {
        DomainAccount account = accounts.get(domain);
        if (account == null) {
            throw StoreError.of(ErrorCode.ENOENT);
        }
        return account;
    }

    /**
     * Tells how much a domain uses.
     *
     * @param domain domain id
     * @param kind of what
     * @return now and at most so far
     * @throws StoreError ENOENT when nothing is known of the domain
     */
    public Level level(int domain, Kind kind) throws StoreError {
        Tally tally = known(domain).tally();
        return new Level(tally.get(kind), tally.max(kind));
    }

    /**
     * How much there is of something.
     *
     * @param now at this moment
     * @param max the most there was
     */
    public record Level(long now, long max) {
    }

    /**
     * Tells how much any unprivileged domain ever used.
     *
     * @param kind of what
     * @return the most of all
     */
    public long maximum(Kind kind) {
        return accounts.summary().max(kind);
    }

    /** Forgets what was used at most, but for what is used now. */
    public void resetMaxima() {
        accounts.resetSummary();
    }

    /**
     * Counts what each domain uses.
     *
     * @return by domain id; domains that use nothing are left out
     */
    public Map<Integer, Usage> usage() {
        Map<Integer, Usage> usage = new TreeMap<>();
        for (DomainAccount account : accounts.all()) {
            Tally tally = account.tally();
            usage.put(account.domain(), new Usage((int) tally.get(Kind.NODES), (int) tally.get(Kind.WATCHES),
                    (int) tally.get(Kind.TRANSACTIONS), account.sessions().size(), tally.get(Kind.MEMORY)));
        }
        return usage;
    }
}
