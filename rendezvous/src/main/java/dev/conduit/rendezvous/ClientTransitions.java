package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Optional;

/** The client's side of a flow; each method is the inside of one transaction. */
final class ClientTransitions {

    /** Value of {@link FlowRecord#BY} when the client closed first. */
    static final String CLIENT = "client";

    private ClientTransitions() {}

    /** The name is an index of several servers, each with a name of its own. */
    static final class SharedNameException extends ConduitException {

        private static final long serialVersionUID = 1L;

        SharedNameException(String name) {
            super("name '" + name + "' is shared: its servers are to be asked");
        }
    }

    /**
     * Nothing to connecting: flow record and queue entry, each for the two domains only from the moment it is visible.
     *
     * @param id of the connection and the flow
     * @param claimed what this client wants to be called, or the empty text
     * @return whom the name leads to
     * @throws SharedNameException when the name leads to several
     */
    static DomainId request(
            XenStoreOperations transaction, String name, String id, DomainId self, String claimed)
            throws ConduitException, XenStoreException {
        DomainId server = NameTransitions.resolve(transaction, name);
        // These two may write more than the queue: their request would make one where there is none.
        if (self.equals(DomainId.DOM0) || self.equals(server)) {
            requireListening(transaction, name, server);
        }
        FlowRecord record = new FlowRecord(FlowState.CONNECTING).with(FlowRecord.SERVER, name);
        if (!claimed.isEmpty()) {
            record = record.with(FlowRecord.CLIENT, claimed);
        }
        try {
            transaction.apply(new XenStoreChanges()
                    .write(Layout.flow(id), record.toString(), Layout.sharedPermissions(self, server))
                    .write(Layout.listen(name, id), id, Layout.sharedPermissions(self, server)));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES") || refused.is("EPERM")) {
                requireListening(transaction, name, server);
                // Whoever made one of them earlier stays its owner, and then one of the steps is refused.
                throw new NoRightException("cannot connect", Layout.flow(id) + " or " + Layout.listen(name, id));
            }
            throw refused;
        }
        return server;
    }

    /** Those who have more rights than a guest are to ask this first: their request would make a queue. */
    static void requireListening(XenStoreOperations transaction, String name, DomainId server)
            throws ConduitException, XenStoreException {
        if (isListening(transaction, name)) {
            return;
        }
        if (MemberIndex.exists(transaction, Layout.members(name))) {
            throw new SharedNameException(name);
        }
        throw new ConduitRefusedException(RefusalReason.NOT_LISTENING, "nobody listens under the name '" + name
                + "', which domain " + server + " has");
    }

    /** The queue is write-only for us: the right answer is EACCES. */
    private static boolean isListening(XenStoreOperations transaction, String name) throws XenStoreException {
        try {
            return transaction.exists(Layout.listen(name));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                return true;
            }
            throw refused;
        }
    }

    /** Undoes {@link #request}, whatever has become of it: the client gives up. */
    static void withdraw(XenStoreOperations transaction, FlowNodes asked) throws XenStoreException {
        Nodes.remove(transaction, Layout.listen(asked.name(), asked.connection()));
        Optional<FlowRecord> record = asked.readFlow(transaction);
        if (record.isPresent() && record.get().state() == FlowState.ESTABLISHED) {
            Nodes.remove(transaction, established(asked, record.get()).establishedPath());
        }
        Nodes.remove(transaction, asked.flowPath());
    }

    /** Where the connection stands, once the server has said what it calls this client. */
    static FlowNodes established(FlowNodes asked, FlowRecord answer) {
        String called = answer.field(FlowRecord.CLIENT);
        return ConduitNames.isName(called) ? asked.calling(called) : asked;
    }

    /** Established to closed, or to nothing when the server closed or died before. */
    static void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Optional<FlowRecord> record = nodes.readFlow(transaction);
        if (record.isPresent() && record.get().state() == FlowState.ESTABLISHED) {
            transaction.write(nodes.flowPath(),
                    nodes.record(FlowState.CLOSED).with(FlowRecord.BY, CLIENT).toString());
            Nodes.remove(transaction, nodes.establishedPath());
        } else {
            Nodes.remove(transaction, nodes.flowPath());
        }
    }

    /** Removes what is ours, as one that closed and exited leaves it. */
    static void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Nodes.remove(transaction, nodes.establishedPath());
        Nodes.remove(transaction, nodes.flowPath());
    }

    /** The server's end was seen in shared memory: finds out which kind, and clears up after a crash. */
    static PeerEnd serverEnded(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Optional<FlowRecord> record = nodes.readFlow(transaction);
        if (record.isPresent() && record.get().state() == FlowState.CLOSED) {
            return PeerEnd.CLOSED;
        }
        Nodes.remove(transaction, nodes.flowPath());
        return PeerEnd.LOST;
    }
}
