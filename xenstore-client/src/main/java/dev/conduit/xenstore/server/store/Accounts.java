package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.StoreState.DomainState;
import dev.conduit.xenstore.wire.Features;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The accounts of all domains that use anything. */
final class Accounts implements Workspace.Ledger {

    private final Map<Integer, DomainAccount> byDomain = new HashMap<>();
    /** The most of each kind any unprivileged domain ever had. */
    private final Tally summary = new Tally(null);
    /** As the server was started with. */
    private final Limits initial;
    private final LongSupplier clock;
    private Limits standard;

    Accounts(Limits initial, LongSupplier clock) {
        this.clock = clock;
        this.initial = initial;
        this.standard = initial;
    }

    DomainAccount open(int domain) {
        DomainAccount account = byDomain.get(domain);
        if (account == null) {
            account = new DomainAccount(domain, standard, Features.ALL,
                    domain == Subject.PRIVILEGED ? null : summary, clock);
            byDomain.put(domain, account);
        }
        return account;
    }

    /** The account, or null when the domain uses nothing. */
    DomainAccount get(int domain) {
        return byDomain.get(domain);
    }

    Collection<DomainAccount> all() {
        return byDomain.values();
    }

    Limits standard() {
        return standard;
    }

    /** For domains that come from now on. */
    void setStandard(Limits changed) {
        standard = changed;
    }

    Tally summary() {
        return summary;
    }

    void resetSummary() {
        summary.resetMaxima();
        for (DomainAccount account : byDomain.values()) {
            if (!account.privileged()) {
                for (Kind kind : Kind.values()) {
                    summary.seen(kind, account.tally().get(kind));
                }
            }
        }
    }

    @Override
    public long used(int domain, Kind kind) {
        DomainAccount account = byDomain.get(domain);
        return account == null ? 0 : account.tally().get(kind);
    }

    @Override
    public Limits limits(int domain) {
        DomainAccount account = byDomain.get(domain);
        return account == null ? standard : account.limits();
    }

    @Override
    public void seen(int domain, Kind kind, long value) {
        DomainAccount account = byDomain.get(domain);
        if (account != null) {
            account.tally().seen(kind, value);
        }
    }

    /** Counts what an adopted workspace changed. */
    void apply(Workspace workspace) {
        workspace.charges().forEach(charge -> {
            if (charge.nodes() != 0 || charge.memory() != 0) {
                DomainAccount account = open(charge.domain());
                account.tally().add(Kind.NODES, charge.nodes());
                account.addMemory(charge.memory());
            }
        });
        workspace.mentions().forEach(this::index);
        workspace.charges().forEach(charge -> dropIdle(charge.domain()));
    }

    /** What was changed of the limits the server was started with. */
    Map<Kind, Integer> changedLimits() {
        return standard.changedFrom(initial);
    }

    List<DomainState> state() {
        return byDomain.values().stream()
                .filter(account -> account.introduced() || account.target() >= 0 || differs(account))
                .map(this::state).sorted(Comparator.comparingInt(DomainState::domain)).toList();
    }

    private boolean differs(DomainAccount account) {
        return account.features() != Features.ALL || !account.limits().changedFrom(standard).isEmpty();
    }

    private DomainState state(DomainAccount account) {
        return new DomainState(account.domain(), account.introduced(), account.shutDown(), account.target(),
                account.features(), account.limits().changedFrom(standard));
    }

    /** Takes domains as they were, and counts the nodes of a tree. */
    void restore(StoreState state) {
        standard = initial.with(state.limits());
        state.domains().forEach(this::restore);
        Mentions mentions = new Mentions();
        Subtree.walk(Path.absolute("/"), null, state.root(), node -> {
            open(node.acl().owner()).tally().add(Kind.NODES, 1);
            open(node.acl().owner()).addMemory(node.memory());
            mentions.made(node::path, node.acl(), node.aclAbove());
        });
        mentions.changes().forEach(this::index);
    }

    private void restore(DomainState domain) {
        DomainAccount account = open(domain.domain());
        account.setIntroduced(domain.introduced());
        account.setShutDown(domain.shutDown());
        if (domain.target() >= 0) {
            account.setTarget(open(domain.target()));
        }
        if (domain.features() != Features.ALL) {
            account.setFeatures(domain.features());
        }
        if (!domain.limits().isEmpty()) {
            account.setLimits(standard.with(domain.limits()));
        }
    }

    private void index(Mentions.Change change) {
        if (change.begins()) {
            open(change.domain()).namedFrom().add(change.path());
        } else {
            open(change.domain()).namedFrom().remove(change.path());
            dropIdle(change.domain());
        }
    }

    /** A domain is gone, and what was set for it. */
    void forget(DomainAccount account) {
        byDomain.remove(account.domain());
    }

    void dropIdle(int domain) {
        DomainAccount account = byDomain.get(domain);
        if (account != null && account.idle()) {
            byDomain.remove(domain);
        }
    }
}
