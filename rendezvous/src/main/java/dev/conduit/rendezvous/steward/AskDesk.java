package dev.conduit.rendezvous.steward;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.GuestNodes;
import dev.conduit.rendezvous.layout.Answer;
import dev.conduit.rendezvous.layout.Answer.Verdict;
import dev.conduit.rendezvous.layout.Ask;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Answers what guests ask. Who asks is the domain in whose home the ask stands: nobody but it and dom0 can write there.
 * Used by the steward's thread only.
 */
final class AskDesk {

    /** Asks of one domain that are looked at. Each of its processes has one at a time. */
    static final int MOST_ASKS = 64;

    private final XenStoreClient store;
    private final Holdings holdings;

    AskDesk(XenStoreClient store, Holdings holdings) {
        this.store = store;
        this.holdings = holdings;
    }

    /**
     * Answers one of a guest's asks, if there is one; then it is another guest's turn.
     *
     * @return true when there may be more
     */
    boolean answerOne(DomainId guest) throws XenStoreException {
        List<String> asks = Folder.children(store, Layout.asks(guest));
        for (String id : asks.subList(0, Math.min(MOST_ASKS, asks.size()))) {
            String path = Layout.ask(guest, id);
            if (answer(guest, path)) {
                return true;
            }
            if (asks.size() > MOST_ASKS) {
                store.remove(path);
            }
        }
        return false;
    }

    /** @return false when it was answered before: by the death of a process the answer may have been left there */
    private boolean answer(DomainId guest, String path) throws XenStoreException {
        Optional<byte[]> asked = store.readOptional(path).filter(value -> Answer.parse(value).isEmpty());
        if (asked.isEmpty()) {
            return false;
        }
        boolean room = holdings.hasRoom(store, guest, 2);
        Ask made = store.<Ask, XenStoreException>transaction(transaction -> {
            Optional<byte[]> still = transaction.readOptional(path);
            if (still.isEmpty() || !Arrays.equals(still.get(), asked.get())) {
                return null;
            }
            return room ? carryOut(transaction, guest, path, still.get()) : refuse(transaction, path, "domain " + guest
                    + " has " + Holdings.MOST + " nodes in " + Layout.ROOT + ", the most for one domain");
        });
        if (made != null) {
            holdings.add(guest, nodes(made));
        }
        return true;
    }

    /** @return the ask, if it is done */
    private static Ask carryOut(XenStoreOperations transaction, DomainId guest, String path, byte[] value)
            throws XenStoreException {
        if (!GuestNodes.owner(transaction, path).equals(Optional.of(guest))) {
            return refuse(transaction, path, "the ask is not the domain's own node");
        }
        Ask ask;
        try {
            ask = Ask.parse(value);
            if (ask.isForName()) {
                ConduitNames.checkOwn(ask.name(), guest, false);
            }
        } catch (IllegalArgumentException malformed) {
            return refuse(transaction, path, malformed.getMessage());
        }
        Answer answer = GuestNodes.make(transaction, ask, guest);
        transaction.write(path, answer.toString());
        return answer.verdict() == Verdict.DONE ? ask : null;
    }

    private static Ask refuse(XenStoreOperations transaction, String path, String why) throws XenStoreException {
        transaction.write(path, new Answer(Verdict.REFUSED, why).toString());
        return null;
    }

    private static List<String> nodes(Ask made) {
        return made.isForName()
                ? List.of(Layout.name(made.name()), Layout.established(made.name()))
                : List.of(Layout.flow(made.connection()), Layout.listen(made.name(), made.connection()));
    }
}
