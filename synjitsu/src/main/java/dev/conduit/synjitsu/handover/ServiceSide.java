package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.handover.Turn.Word;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Optional;

/** The service's steps; {@link #commit} is the inside of a transaction. */
final class ServiceSide {

    private final String name;

    ServiceSide(String name) {
        this.name = name;
    }

    /** Whether there is a front that has not let this domain in: it has just begun, or the guest was quicker. */
    boolean isLockedOut(XenStoreOperations store) throws XenStoreException {
        try {
            store.exists(StatePaths.state(name));
            return false;
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return store.exists(StatePaths.mark(name));
            }
            throw refused;
        }
    }

    /** What the front says; empty when there is none. */
    Optional<Turn> front(XenStoreOperations store) throws XenStoreException {
        try {
            return store.readOptional(StatePaths.state(name)).flatMap(Turn::parse);
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /**
     * Asks for the connections of a generation that the front was seen to hold. When it has moved on meanwhile, it passes over
     * this.
     *
     * @return false when the front has let this domain in before, but not yet for this time: it may read, but not say anything
     */
    boolean prepare(XenStoreOperations store, long generation) throws XenStoreException {
        try {
            say(store, new Turn(Word.PREPARE, generation));
            return true;
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * Takes the connections, which were read and made ready.
     *
     * @return whether they are the service's now; false when the front has taken them back
     */
    boolean commit(XenStoreOperations store, long generation) throws XenStoreException {
        if (!front(store).equals(Optional.of(new Turn(Word.FROZEN, generation)))) {
            return false;
        }
        say(store, new Turn(Word.COMMIT, generation));
        return true;
    }

    /** Gives up. */
    void abort(XenStoreOperations store, long generation) throws XenStoreException {
        say(store, new Turn(Word.ABORT, generation));
    }

    private void say(XenStoreOperations store, Turn turn) throws XenStoreException {
        store.write(StatePaths.turn(name), turn.toString());
    }
}
