package dev.conduit.xenstore.server.store;

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

    private final Subject subject;
    private final int sizeLimit;
    private final Workspace workspace;
    private final List<Done> steps = new ArrayList<>();
    /** Reads since the last change: asking the same again is answered the same and needs no step. */
    private final Set<NodeOperation> freshReads = new HashSet<>();
    private boolean changing;
    private boolean failedQuota;
    private boolean conflicted;

    Transaction(Subject subject, int sizeLimit, Workspace workspace) {
        this.subject = subject;
        this.sizeLimit = sizeLimit;
        this.workspace = workspace;
    }

    /** As it was in another process, on the tree of now. */
    static Transaction restored(Subject subject, int sizeLimit, Workspace workspace, TransactionState state) {
        Transaction transaction = new Transaction(subject, sizeLimit, workspace);
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
                steps.add(new Done(operation, null, null));
                operation.apply(workspace, subject);
            } else {
                run(operation);
            }
        } catch (StoreError error) {
            return;
        }
    }

    /**
     * Tells another process how to go on.
     *
     * @param current a fresh workspace on the tree of now
     */
    TransactionState state(int id, Workspace current) {
        Fate fate = failedQuota ? Fate.FAILED : !conflicted && holdsOn(current) ? Fate.OPEN : Fate.CONFLICTED;
        return new TransactionState(id, fate, steps.stream().map(done -> Steps.step(done.operation)).toList());
    }

    private boolean holdsOn(Workspace current) {
        return current.base() == workspace.base() || steps.stream().allMatch(step -> repeats(step, current));
    }

    Node run(NodeOperation operation) throws StoreError {
        boolean known = operation.readOnly() && !freshReads.add(operation);
        if (failedQuota || !known && !subject.privileged() && size() >= sizeLimit) {
            throw failQuota();
        }
        try {
            Node result = operation.apply(workspace, subject);
            if (!operation.readOnly()) {
                changing = true;
                freshReads.clear();
            }
            if (!known) {
                steps.add(new Done(operation, result, null));
            }
            return result;
        } catch (StoreError error) {
            if (error.code() == ErrorCode.ENOSPC) {
                throw failQuota();
            }
            if (!known) {
                steps.add(new Done(operation, null, error));
            }
            throw error;
        }
    }

    /** Requests to keep, and nodes made and removed by them, which one request can do many of. */
    private int size() {
        return steps.size() + workspace.size();
    }

    /** It can only be ended now, so nothing of it is kept. */
    private StoreError failQuota() {
        failedQuota = true;
        steps.clear();
        freshReads.clear();
        return StoreError.of(ErrorCode.ENOSPC);
    }

    /**
     * Gives the workspace to adopt, or null when nothing was changed.
     *
     * @param current a fresh workspace on the tree of now
     */
    Workspace commit(Workspace current) throws StoreError {
        if (failedQuota) {
            throw StoreError.of(ErrorCode.ENOMEM);
        }
        if (conflicted) {
            throw StoreError.of(ErrorCode.EAGAIN);
        }
        if (!changing) {
            return null;
        }
        if (current.base() == workspace.base()) {
            return workspace;
        }
        if (!holdsOn(current)) {
            throw StoreError.of(ErrorCode.EAGAIN);
        }
        return current;
    }

    private boolean repeats(Done step, Workspace current) {
        try {
            Node result = step.operation.apply(current, subject);
            return step.error == null && step.operation.same(step.result, result);
        } catch (StoreError error) {
            return step.error == error;
        }
    }
}
