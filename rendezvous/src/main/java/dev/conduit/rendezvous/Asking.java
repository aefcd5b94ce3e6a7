package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Answer;
import dev.conduit.rendezvous.layout.Ask;
import dev.conduit.rendezvous.layout.ConnectionId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Has the steward in dom0 make the nodes that this domain has no right to make itself. One ask at a time, the others wait
 * for their turn; the steward takes one after the other, too.
 */
final class Asking {

    /** An answer takes milliseconds; this is for a dom0 that is very busy, and for a steward that starts with the host. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Before another look, when all watches this domain may have are in use. */
    private static final Duration NO_WATCH = Duration.ofMillis(50);

    private final DomainId self;
    private final Store store;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock turn = new ReentrantLock(true);

    Asking(DomainId self, Store store) {
        this.self = self;
        this.store = store;
    }

    /** Whether a node that was refused can be had from the steward. */
    boolean isNeeded() throws XenStoreException {
        return !self.equals(DomainId.DOM0) && ConduitTree.isClosed(store.client());
    }

    /** Afterwards the name is ours, or it is to be looked at again who has it. */
    void forName(String what, String name, Deadline deadline) throws IOException {
        ask(what, Ask.forName(name), deadline, transaction -> NameTransitions.release(transaction, name, self));
    }

    /**
     * Has the flow record and the queue entry made.
     *
     * @return whom the name leads to; empty when another look, and another id, say what is wrong
     */
    Optional<DomainId> forConnection(String what, Ask ask, Deadline deadline) throws IOException {
        return ask(what, ask, deadline, transaction -> {
            Nodes.remove(transaction, Layout.listen(ask.name(), ask.connection()));
            Nodes.remove(transaction, Layout.flow(ask.connection()));
        });
    }

    /** @param undo what to do when it is made, but this thread was interrupted meanwhile */
    private Optional<DomainId> ask(String what, Ask ask, Deadline deadline, Store.Step undo) throws IOException {
        try {
            if (!turn.tryLock(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)) {
                throw new ConduitTimeoutException(what + " timed out after " + deadline.whole().toMillis()
                        + " ms: other threads of this process were asking the steward in dom0");
            }
        } catch (InterruptedException interrupt) {
            throw Store.interrupted(what);
        }
        try {
            return inTurn(what, ask, deadline, undo);
        } finally {
            turn.unlock();
        }
    }

    private Optional<DomainId> inTurn(String what, Ask ask, Deadline deadline, Store.Step undo) throws IOException {
        String path = Layout.ask(self, ConnectionId.draw(random));
        Duration patience = deadline.left(PATIENCE);
        Optional<Answer> answer;
        boolean waited = false;
        try {
            store.<Boolean, XenStoreException>transact(what, deadline, transaction -> {
                transaction.write(path, ask.toString());
                return true;
            });
            await(what, path, patience);
            waited = true;
        } finally {
            answer = takeBack(path);
            if (!waited && made(answer)) {
                store.cleanUp("withdrawal of '" + ask + "'", undo);
            }
        }
        if (answer.isEmpty()) {
            throw new ConduitTimeoutException(what + " timed out: guests have no right to make nodes in " + Layout.ROOT
                    + " under this XenStore server, and no steward made them within " + patience.toMillis()
                    + " ms: start 'conduit init --serve' in dom0");
        }
        if (answer.get().verdict() == Answer.Verdict.REFUSED) {
            throw new ConduitException(what + " was refused by the steward in dom0: " + answer.get().text());
        }
        return made(answer) ? Nodes.domain(answer.get().text().getBytes(StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private static boolean made(Optional<Answer> answer) {
        return answer.isPresent() && answer.get().verdict() == Answer.Verdict.DONE;
    }

    /** Ends with the answer, or when the node is gone, or when time is up: what stands there then is looked at anyway. */
    private void await(String what, String path, Duration patience) throws XenStoreException, InterruptedIOException {
        Deadline end = Deadline.after(patience);
        try {
            while (!end.passed() && !isAnswered(store.client(), path)) {
                waitOnce(what, path, end);
            }
        } catch (InterruptedException interrupt) {
            throw Store.interrupted(what);
        }
    }

    private void waitOnce(String what, String path, Deadline end)
            throws XenStoreException, InterruptedIOException, InterruptedException {
        try {
            store.client().waitFor(reads -> isAnswered(reads, path) ? path : null, end.left());
        } catch (TimeoutException none) {
            // The deadline says so, too.
        } catch (XenStoreException refused) {
            if (!Store.isTransient(refused)) {
                throw refused;
            }
            Store.pause(what, Math.min(NO_WATCH.toNanos(), Math.max(0, end.nanosLeft())));
        }
    }

    private static boolean isAnswered(XenStoreOperations reads, String path) throws XenStoreException {
        Optional<byte[]> value = reads.readOptional(path);
        return value.isEmpty() || Answer.parse(value.get()).isPresent();
    }

    /** In one transaction, so that after it the steward cannot do any more what is not done. */
    private Optional<Answer> takeBack(String path) {
        Answer[] answer = new Answer[1];
        store.cleanUp("end of an ask", transaction -> {
            answer[0] = transaction.readOptional(path).flatMap(Answer::parse).orElse(null);
            Nodes.remove(transaction, path);
        });
        return Optional.ofNullable(answer[0]);
    }
}
