package dev.conduit.rendezvous;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Makes connections, as the client: to the one server a name has or to one of several, again while they have no room.
 * Thread-safe.
 */
final class Connector {

    /** Each waits with one watch; a domain may have 127 on a default C xenstored. More connects take turns. */
    private static final int AT_ONCE = 64;

    private final Platform platform;
    private final Store store;
    private final Asking asking;
    private final SharedNames shared;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    Connector(Platform platform, Store store, Asking asking) {
        this.platform = platform;
        this.store = store;
        this.asking = asking;
        this.shared = new SharedNames(store.client());
    }

    /** A refusal that may pass is not the last word while there is time; but it is when time is up. */
    ConduitConnection connect(String name, Deadline deadline, String claimed, ConnectOptions options,
            Attempt.Factory factory) throws IOException {
        String what = "connect to '" + name + "'";
        Backoff backoff = new Backoff(ThreadLocalRandom.current());
        ConduitRefusedException noRoom = null;
        while (true) {
            try {
                return inTurn(what, name, deadline, claimed, options, factory);
            } catch (ConduitRefusedException refused) {
                if (!refused.reason().passes()) {
                    throw refused;
                }
                noRoom = refused;
            } catch (ConduitTimeoutException late) {
                throw noRoom == null ? late : noRoom;
            }
            long pause = backoff.nextNanos();
            if (pause >= deadline.nanosLeft()) {
                throw noRoom;
            }
            Store.pause(what, pause);
        }
    }

    private ConduitConnection inTurn(String what, String name, Deadline deadline, String claimed,
            ConnectOptions options, Attempt.Factory factory) throws IOException {
        try {
            if (!turns.tryAcquire(Math.max(0, deadline.nanosLeft()), TimeUnit.NANOSECONDS)) {
                throw new ConduitTimeoutException(what + " timed out after " + deadline.whole().toMillis()
                        + " ms: " + AT_ONCE + " connects of this process were before it");
            }
        } catch (InterruptedException interrupt) {
            throw Store.interrupted(what);
        }
        try {
            if (shared.isKnown(name)) {
                try {
                    return toMember(name, deadline, claimed, options, factory);
                } catch (ConduitRefusedException refused) {
                    if (refused.reason().passes()) {
                        throw refused;
                    }
                    // The servers known are gone: the name may be another's by now, or have other servers.
                    shared.forget(name);
                }
            }
            try {
                return attempt(name, deadline, claimed).run(Optional.empty(), options, factory);
            } catch (ClientTransitions.SharedNameException several) {
                return toMember(name, deadline, claimed, options, factory);
            }
        } finally {
            turns.release();
        }
    }

    private Attempt attempt(String name, Deadline deadline, String claimed) {
        return new Attempt(platform, store, asking, random, name, deadline, claimed);
    }

    /** Asks one after the other; each may take its share of the time that is left. */
    private ConduitConnection toMember(String name, Deadline deadline, String claimed, ConnectOptions options,
            Attempt.Factory factory) throws IOException {
        List<Member> candidates = shared.candidates(name, options.choice());
        IOException last = new ConduitRefusedException(RefusalReason.NOT_LISTENING,
                "nobody listens under the shared name '" + name + "'");
        boolean room = true;
        for (int i = 0; i < candidates.size(); i++) {
            Member member = candidates.get(i);
            Duration share = deadline.left().dividedBy(candidates.size() - i);
            try {
                ConduitConnection connection = attempt(member.name(), Deadline.after(share), claimed)
                        .run(Optional.of(member.domain()), options, factory);
                shared.gave(name, member);
                return connection;
            } catch (ConduitRefusedException refused) {
                if (room) {
                    last = refused;
                    room = !refused.reason().passes();
                }
            } catch (ConduitTimeoutException silent) {
                if (room) {
                    last = silent;
                }
            }
        }
        throw last;
    }
}
