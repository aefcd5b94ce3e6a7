package dev.conduit.synjitsu.handover;

import dev.conduit.core.DomainId;
import dev.conduit.synjitsu.handover.Turn.Word;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.List;
import java.util.Optional;

/**
 * The front's steps, each the inside of one transaction. What they return is what holds after it; the front acts on it
 * when the transaction is committed, never before.
 *
 * <p>The service's commit and the front's taking back are transactions that read what the other writes, so one of them
 * comes first and the other sees it.
 */
final class FrontSide {

    private final String name;

    FrontSide(String name) {
        this.name = name;
    }

    /**
     * The service does not run: its addresses are the front's, from now or still. Connections in XenStore are the front's
     * unless a service had committed to them, with which they died.
     *
     * @return holding, and a generation that was not frozen before
     */
    Turn arm(XenStoreOperations store) throws XenStoreException {
        mark(store);
        Optional<Turn> last = read(store);
        if (last.isPresent() && last.get().word() == Word.FROZEN) {
            settle(store, last.get().generation(), true);
        }
        if (store.exists(StatePaths.turn(name))) {
            // What the service wanted that is gone.
            store.remove(StatePaths.turn(name));
        }
        Turn now = read(store).orElse(new Turn(Word.RELEASED, 0));
        return now.word() == Word.HOLDING ? now : write(store, new Turn(Word.HOLDING, now.generation() + 1));
    }

    /**
     * A front begins while the service runs.
     *
     * @return what holds: as an earlier front has left it, unless the service has committed meanwhile
     */
    Turn recover(XenStoreOperations store) throws XenStoreException {
        mark(store);
        Optional<Turn> last = read(store);
        if (last.isEmpty()) {
            return write(store, new Turn(Word.RELEASED, 1));
        }
        return last.get().word() == Word.FROZEN ? settle(store, last.get().generation(), false) : last.get();
    }

    /** Shows that there is a front for the service. */
    private void mark(XenStoreOperations store) throws XenStoreException {
        if (!store.exists(StatePaths.mark(name))) {
            store.apply(new XenStoreChanges().write(StatePaths.MARKS, DomainId.DOM0.toString(), StatePaths.visible())
                    .write(StatePaths.mark(name), "", StatePaths.visible()));
        }
    }

    /** The service is no concern of a front any more. */
    void end(XenStoreOperations store) throws XenStoreException {
        for (String path : List.of(StatePaths.mark(name), StatePaths.service(name))) {
            if (store.exists(path)) {
                store.remove(path);
            }
        }
    }

    /** Lets a service that has come up read its connections and say what it wants; what it has said already stays. */
    void admit(XenStoreOperations store, DomainId service) throws XenStoreException {
        XenStoreChanges changes = new XenStoreChanges();
        List<Permission> readable = StatePaths.open(Access.READ, service);
        // Connections that come later have the permissions of the folder they are in.
        changes.setPermissions(StatePaths.service(name), readable).setPermissions(StatePaths.state(name), readable);
        ConnectionNodes.paths(store, name).forEach(path -> changes.setPermissions(path, readable));
        if (!store.exists(StatePaths.turn(name))) {
            changes.write(StatePaths.turn(name), "");
        }
        store.apply(changes.setPermissions(StatePaths.turn(name), StatePaths.open(Access.BOTH, service)));
    }

    /**
     * Stops handling segments when the service is ready for them.
     *
     * @param connections how they stand, to be written with it
     * @return whether it is frozen now; false when the service has not asked for this generation
     */
    boolean freeze(XenStoreOperations store, long generation, XenStoreChanges connections) throws XenStoreException {
        List<Optional<byte[]>> turns = store.readAll(List.of(StatePaths.state(name), StatePaths.turn(name)));
        if (!turns.get(0).flatMap(Turn::parse).equals(Optional.of(new Turn(Word.HOLDING, generation)))
                || !turns.get(1).flatMap(Turn::parse).equals(Optional.of(new Turn(Word.PREPARE, generation)))) {
            return false;
        }
        store.apply(connections.write(StatePaths.state(name), new Turn(Word.FROZEN, generation).toString()));
        return true;
    }

    /**
     * Ends what is frozen: released when the service has committed, else held again.
     *
     * @param over whether the service has had its time, or is gone; until then it is left alone unless it gave up
     * @return what holds now
     */
    Turn settle(XenStoreOperations store, long generation, boolean over) throws XenStoreException {
        if (asks(store, Word.COMMIT, generation)) {
            return release(store, generation);
        }
        return over || asks(store, Word.ABORT, generation) ? write(store, new Turn(Word.HOLDING, generation + 1))
                : new Turn(Word.FROZEN, generation);
    }

    /**
     * The guest has its addresses; the connections that are written stay the front's.
     *
     * @return released
     */
    Turn share(XenStoreOperations store, long generation) throws XenStoreException {
        return write(store, new Turn(Word.RELEASED, generation));
    }

    private Turn release(XenStoreOperations store, long generation) throws XenStoreException {
        for (String family : StatePaths.FAMILIES) {
            String folder = StatePaths.service(name) + "/" + family;
            if (store.exists(folder)) {
                store.remove(folder);
            }
        }
        return write(store, new Turn(Word.RELEASED, generation));
    }

    private boolean asks(XenStoreOperations store, Word word, long generation) throws XenStoreException {
        return store.readOptional(StatePaths.turn(name)).flatMap(Turn::parse)
                .filter(turn -> turn.is(word, generation)).isPresent();
    }

    private Optional<Turn> read(XenStoreOperations store) throws XenStoreException {
        return store.readOptional(StatePaths.state(name)).flatMap(Turn::parse);
    }

    private Turn write(XenStoreOperations store, Turn turn) throws XenStoreException {
        store.write(StatePaths.state(name), turn.toString());
        return turn;
    }
}
