package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/** What one domain uses and may use, and where its id stands in the tree. Gone with the domain, with all of it. */
final class DomainAccount {

    private final int domain;
    private final Tally tally;
    private final Set<Session> sessions = new LinkedHashSet<>(2);
    /** Paths of nodes that begin to name this domain; kept for all but the privileged one, which never goes. */
    private final Set<String> namedFrom = new HashSet<>();
    /** Those that act for this domain; almost always none. */
    private final Set<DomainAccount> actors = new HashSet<>(1);
    private final MemoryWarning warning;
    private Limits limits;
    private int features;
    /** Whether limits or features were set for this domain alone. */
    private boolean configured;
    private boolean introduced;
    private boolean shutDown;
    private DomainAccount target;
    /** When its requests are handled again, nanoseconds; only with {@link #delayed}. */
    private long readyAt;
    private boolean delayed;

    DomainAccount(int domain, Limits limits, int features, Tally summary, LongSupplier clock) {
        this.domain = domain;
        this.limits = limits;
        this.features = features;
        this.tally = new Tally(summary);
        this.warning = new MemoryWarning(clock);
    }

    int domain() {
        return domain;
    }

    boolean privileged() {
        return domain == Subject.PRIVILEGED;
    }

    Tally tally() {
        return tally;
    }

    Limits limits() {
        return limits;
    }

    void setLimits(Limits changed) {
        limits = changed;
        configured = true;
    }

    int features() {
        return features;
    }

    void setFeatures(int changed) {
        features = changed;
        configured = true;
    }

    /** Whether so much more would be too much; never for the privileged domain. */
    boolean exceeds(Kind kind, long more) {
        return !privileged() && limits.exceeds(kind, tally.get(kind) + more);
    }

    /** Counts memory; beyond the limit, too, if it must be. */
    void addMemory(long more) {
        tally.add(Kind.MEMORY, more);
        if (!privileged()) {
            warning.check(domain, tally.get(Kind.MEMORY), limits);
        }
    }

    Set<Session> sessions() {
        return sessions;
    }

    Set<String> namedFrom() {
        return namedFrom;
    }

    boolean introduced() {
        return introduced;
    }

    void setIntroduced(boolean value) {
        introduced = value;
    }

    boolean shutDown() {
        return shutDown;
    }

    void setShutDown(boolean value) {
        shutDown = value;
    }

    /** The domain whose rights it has besides its own, or -1. */
    int target() {
        return target == null ? -1 : target.domain;
    }

    void setTarget(DomainAccount changed) {
        if (target != null) {
            target.actors.remove(this);
        }
        target = changed;
        if (target != null) {
            target.actors.add(this);
        }
    }

    /** It acts for nobody and nobody acts for it. */
    void forgetTargets() {
        setTarget(null);
        for (DomainAccount actor : actors.toArray(DomainAccount[]::new)) {
            actor.setTarget(null);
        }
    }

    /** Has its requests wait, unless they already wait longer. */
    void delayUntil(long nanos) {
        if (!privileged() && (!delayed || nanos - readyAt > 0)) {
            delayed = true;
            readyAt = nanos;
        }
    }

    boolean delayed() {
        return delayed;
    }

    long readyAt() {
        return readyAt;
    }

    void endDelay() {
        delayed = false;
    }

    /** Whether nothing needs this account any more. */
    boolean idle() {
        return !introduced && !configured && sessions.isEmpty() && namedFrom.isEmpty() && actors.isEmpty()
                && tally.get(Kind.NODES) == 0 && target == null;
    }
}
