package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Answer;
import dev.conduit.rendezvous.layout.Ask;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Optional;

/**
 * What dom0 does in {@code /conduit} for guests: the transitions that guests otherwise do themselves, with dom0's rights and
 * the guest as the owner. For the {@link dev.conduit.rendezvous.steward.Steward}.
 */
public final class GuestNodes {

    private GuestNodes() {}

    /**
     * Makes what a guest asks for, if it would have had the right to make it itself; the inside of one transaction.
     *
     * @param transaction of dom0
     * @param ask checked names and ids
     * @param guest who asks, which has been made sure of
     * @return the answer for the guest; with anything but {@link Answer.Verdict#DONE} nothing was changed
     * @throws XenStoreException when XenStore refuses
     */
    public static Answer make(XenStoreOperations transaction, Ask ask, DomainId guest) throws XenStoreException {
        try {
            return ask.isForName() ? name(transaction, ask, guest) : connection(transaction, ask, guest);
        } catch (ConduitException refused) {
            return new Answer(Answer.Verdict.AGAIN, refused.getMessage());
        }
    }

    private static Answer name(XenStoreOperations transaction, Ask ask, DomainId guest)
            throws ConduitException, XenStoreException {
        if (transaction.exists(Layout.name(ask.name()))) {
            return new Answer(Answer.Verdict.AGAIN, "there is such a name");
        }
        NameTransitions.claim(transaction, ask.name(), guest);
        return new Answer(Answer.Verdict.DONE, guest.toString());
    }

    private static Answer connection(XenStoreOperations transaction, Ask ask, DomainId guest)
            throws ConduitException, XenStoreException {
        if (transaction.exists(Layout.flow(ask.connection()))
                || transaction.exists(Layout.listen(ask.name(), ask.connection()))) {
            return new Answer(Answer.Verdict.AGAIN, "there is such a connection");
        }
        ClientTransitions.requireListening(
                transaction, ask.name(), NameTransitions.resolve(transaction, ask.name()));
        DomainId server = ClientTransitions.request(
                transaction, ask.name(), ask.connection(), guest, ask.claimed());
        return new Answer(Answer.Verdict.DONE, server.toString());
    }

    /**
     * Finds out whose a node is.
     *
     * @param store any rights that let it be read
     * @param path the node
     * @return the owner; empty when there is no such node, or its owner is no domain
     * @throws XenStoreException when XenStore refuses
     */
    public static Optional<DomainId> owner(XenStoreOperations store, String path) throws XenStoreException {
        return Nodes.owner(store, path);
    }
}
