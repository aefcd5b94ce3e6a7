package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.SessionState.Fate;
import dev.conduit.xenstore.server.store.SessionState.Step;
import dev.conduit.xenstore.server.store.SessionState.TransactionState;
import dev.conduit.xenstore.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A transaction: the tree as it was at its start, changed privately, and the list of what was asked and answered.
 *
 * <p>It commits when all its requests, done again on the tree of that moment, would be answered the same. So it fails
 * only when something it was told is no longer true: making siblings, writing without having read, and changes anywhere
 * else merge. One that changed nothing always commits, as of its start.
 */
final class Transaction {

    private record Done(NodeOperation operation, Node result, StoreError error) {
    }

    private final Session session;
    private final DomainAccount account;
    /** Number of the last change to the store before it began. */
    private final long began;
    private final Workspace workspace;
    private final List<Done> steps = new ArrayList<>();
    /** Reads since the last change: asking the same again is answered the same and needs no step. */
    private final Set<NodeOperation> freshReads = new HashSet<>();
    private boolean changing;
    /** It goes on, as in C xenstored, but cannot commit. */
    private boolean failedQuota;
    private boolean conflicted;
    /** What the account pays for what is kept here. */
    private long memory;

    Transaction(Session session, long began, Workspace workspace) {
        this.session = session;
        this.account = session.account();
        this.began = began;
        this.workspace = workspace;
        charge(MemoryCost.TRANSACTION);
    }

    long began() {
        return began;
    }

    long memory() {
        return memory;
    }

    /** As it was in another process, on the tree of now. */
    static Transaction restored(Session session, long began, Workspace workspace, TransactionState state) {
        Transaction transaction = new Transaction(session, began, workspace);
        transaction.failedQuota = state.fate() == Fate.FAILED;
        transaction.conflicted = state.fate() == Fate.CONFLICTED;
        for (Step step : state.steps()) {
            transaction.repeat(Steps.operation(step));
        }
        return transaction;
    }

    /** A request that is refused was refused before; one of a transaction in conflict may be, and need not count. */
    private void repeat(NodeOperation operation) {
        try {
            if (conflicted) {
                keep(new Done(operation, null, null), 0);
                operation.apply(workspace, session.subject());
            } else {
                perform(operation);
            }
        } catch (StoreError error) {
            return;
        }
    }

    /**
     * Tells another process how to go on.
     *
     * @param current a fresh workspace on the tree of now
     * @param releases of domains meanwhile
     */
    TransactionState state(int id, Workspace current, Releases releases) {
        Fate fate = failedQuota ? Fate.FAILED : !conflicted && holdsOn(current, releases) ? Fate.OPEN : Fate.CONFLICTED;
        return new TransactionState(id, fate, steps.stream().map(done -> Steps.step(done.operation)).toList());
    }

    private boolean holdsOn(Workspace current, Releases releases) {
        return steps.stream().noneMatch(step -> step.operation.outlives(releases, began))
                && (current.base() == workspace.base() || steps.stream().allMatch(step -> repeats(step, current)));
    }

    Node run(NodeOperation operation) throws StoreError {
        if (!freshReads.contains(operation)) {
            requireRoom(operation);
        }
        return perform(operation);
    }

    private Node perform(NodeOperation operation) throws StoreError {
        int before = workspace.size();
        try {
            Node result = operation.apply(workspace, session.subject());
            if (!operation.readOnly()) {
                changing = true;
                freshReads.clear();
            }
            keep(new Done(operation, result, null), workspace.size() - before);
            return result;
        } catch (StoreError error) {
            if (error.code() == ErrorCode.ENOSPC || error.code() == ErrorCode.ENOMEM) {
                failedQuota = true;
            } else {
                keep(new Done(operation, null, error), 0);
            }
            throw error;
        }
    }

    /** Counts requests to keep, and nodes made and removed by them, which one request can do many of. */
    private void requireRoom(NodeOperation operation) throws StoreError {
        int size = steps.size() + workspace.size() + 1;
        account.tally().seen(Kind.TRANSACTION_SIZE, size);
        boolean tooMany = !account.privileged() && account.limits().exceeds(Kind.TRANSACTION_SIZE, size);
        if (tooMany || account.exceeds(Kind.MEMORY, MemoryCost.step(operation))) {
            failedQuota = true;
            throw StoreError.of(tooMany ? ErrorCode.ENOSPC : ErrorCode.ENOMEM);
        }
    }

    private void keep(Done step, int privateNodes) {
        NodeOperation operation = step.operation;
        if (!operation.readOnly() || freshReads.add(operation)) {
            steps.add(step);
            charge(MemoryCost.step(operation) + privateNodes * MemoryCost.privateNode(operation.path()));
        }
    }

    private void charge(long more) {
        memory += more;
        account.addMemory(more);
    }

    /** Gives back what it costs. To be called at the end, whatever that is. */
    void release() {
        charge(-memory);
    }

    /**
     * Gives the workspace to adopt, or null when nothing was changed.
     *
     * @param current a fresh workspace on the tree of now
     * @param releases of domains meanwhile
     */
    Workspace commit(Workspace current, Releases releases) throws StoreError {
        if (failedQuota) {
            throw StoreError.of(ErrorCode.ENOMEM);
        }
        if (conflicted) {
            throw StoreError.of(ErrorCode.EAGAIN);
        }
        if (!changing) {
            return null;
        }
        if (!holdsOn(current, releases)) {
            throw StoreError.of(ErrorCode.EAGAIN);
        }
        return current.base() == workspace.base() ? workspace : current;
    }

    private boolean repeats(Done step, Workspace current) {
        try {
            Node result = step.operation.apply(current, session.subject());
            return step.error == null && step.operation.same(step.result, result);
        } catch (StoreError error) {
            return step.error == error;
        }
    }

    /** The unprivileged domains, other than its own, that changed what it asked about since it began. */
    Set<Integer> disturbers(Node root) {
        Set<Integer> domains = new HashSet<>();
        for (Done step : steps) {
            Node nearest = new Lookup(root, step.operation.path()).nearest();
            if (nearest.generation() > began && nearest.changedBy() != account.domain()
                    && nearest.changedBy() != Subject.PRIVILEGED) {
                domains.add(nearest.changedBy());
            }
        }
        return domains;
    }
}
