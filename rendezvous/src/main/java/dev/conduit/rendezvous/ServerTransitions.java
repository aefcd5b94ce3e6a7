package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.ConnectionId;
import dev.conduit.rendezvous.layout.FlowCounters;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreChanges;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The server's side of a flow; each method is the inside of one transaction. */
final class ServerTransitions {

    /** Value of {@link FlowRecord#BY} when the server closed first. */
    static final String SERVER = "server";

    private ServerTransitions() {}

    /**
     * Connecting to established: queue entry out, vchan published, {@code established} and flow record written.
     *
     * @return where the connection stands; empty, with nothing changed, when the request is no longer there
     */
    static Optional<FlowNodes> establish(
            XenStoreOperations transaction, String name, Request request, DomainId self, int ringRef, int port)
            throws Request.MalformedException, XenStoreException {
        if (!request.stillStands(transaction, name)) {
            return Optional.empty();
        }
        String called = peerName(transaction, name, request.record().field(FlowRecord.CLIENT), request.client());
        FlowNodes nodes = new FlowNodes(
                name, called, request.connection(), request.flow(), self, request.client());
        if (transaction.exists(nodes.vchanPath())) {
            throw new Request.MalformedException("the client has a connection of that name already");
        }
        publish(transaction, nodes, ringRef, port);
        answer(transaction, name, request, nodes.record(FlowState.ESTABLISHED)
                .with(Layout.RING_REF, Integer.toString(ringRef))
                .with(Layout.EVENT_CHANNEL, Integer.toString(port)));
        return Optional.of(nodes);
    }

    /** Writes the flow record and takes the entry out: the two nodes that are the client's, and that it can spoil. */
    private static void answer(XenStoreOperations transaction, String name, Request request, FlowRecord answer)
            throws Request.MalformedException, XenStoreException {
        try {
            transaction.apply(new XenStoreChanges()
                    .write(Layout.flow(request.flow()), answer.toString())
                    .remove(Layout.listen(name, request.connection())));
        } catch (XenStoreException refused) {
            if (refused.is("EACCES") || refused.is("ENOSPC") || refused.is("ENOENT")) {
                throw new Request.MalformedException("the server cannot answer it: " + refused.getMessage());
            }
            throw refused;
        }
    }

    /** Makes the server's nodes of a connection. */
    static void publish(XenStoreOperations transaction, FlowNodes nodes, int ringRef, int port)
            throws XenStoreException {
        List<Permission> forVchan = Layout.vchanPermissions(nodes.server(), nodes.client());
        transaction.apply(new XenStoreChanges()
                .write(nodes.vchanPath() + "/" + Layout.RING_REF, Integer.toString(ringRef), forVchan)
                .write(nodes.vchanPath() + "/" + Layout.EVENT_CHANNEL, Integer.toString(port), forVchan)
                .write(Layout.established(nodes.name(), nodes.peerName()), nodes.client().toString())
                .write(nodes.establishedPath(), nodes.flow(),
                        Layout.sharedPermissions(nodes.server(), nodes.client())));
    }

    /** The client's checked name; one made from its number while the folder of that name is still another domain's. */
    static String peerName(XenStoreOperations transaction, String name, String claimed, DomainId client)
            throws XenStoreException {
        String believed = NameTransitions.believed(transaction, claimed, client);
        Optional<byte[]> folder = transaction.readOptional(Layout.established(name, believed));
        boolean free = folder.isEmpty() || folder.flatMap(Nodes::domain).equals(Optional.of(client));
        return free ? believed : ConduitNames.fallback(client);
    }

    /** Connecting to refused: queue entry out, the reason in the flow record. */
    static void refuse(XenStoreOperations transaction, String name, Request request, RefusalReason reason)
            throws Request.MalformedException, XenStoreException {
        if (request.stillStands(transaction, name)) {
            answer(transaction, name, request, refusal(reason));
        }
    }

    /** Takes a malformed entry out. When its flow is the same domain's, and still connecting, it is told so. */
    static void discard(XenStoreOperations transaction, String name, String entry) throws XenStoreException {
        refuseFlowOf(transaction, Layout.listen(name, entry), RefusalReason.BAD_REQUEST);
        transaction.remove(Layout.listen(name, entry));
    }

    /** Tells the flow of an entry, well formed or not, when it is the same domain's and still connecting. */
    private static void refuseFlowOf(XenStoreOperations transaction, String entry, RefusalReason reason)
            throws XenStoreException {
        try {
            Optional<DomainId> client = Nodes.owner(transaction, entry);
            String flow = transaction.readOptional(entry)
                    .map(value -> new String(value, StandardCharsets.ISO_8859_1)).orElse("");
            if (ConnectionId.isFlow(flow) && client.isPresent()
                    && client.equals(Nodes.owner(transaction, Layout.flow(flow)))
                    && isUnanswered(transaction.read(Layout.flow(flow)))) {
                transaction.write(Layout.flow(flow), refusal(reason).toString());
            }
        } catch (XenStoreException refused) {
            if (!refused.is("EACCES") && !refused.is("ENOENT")) {
                throw refused;
            }
        }
    }

    private static boolean isUnanswered(byte[] record) {
        try {
            return FlowRecord.parse(record).state() == FlowState.CONNECTING;
        } catch (IllegalArgumentException malformed) {
            return true;
        }
    }

    private static FlowRecord refusal(RefusalReason reason) {
        return new FlowRecord(FlowState.REFUSED).with(FlowRecord.REASON, reason.word());
    }

    /** Empties a queue by making it anew, which needs no right to the entries; only when all that is left is junk. */
    static boolean renewQueue(XenStoreOperations transaction, String name, DomainId self, Set<String> junk)
            throws XenStoreException {
        if (!junk.containsAll(Nodes.children(transaction, Layout.listen(name)).orElse(List.of()))) {
            return false;
        }
        Nodes.remove(transaction, Layout.listen(name));
        NameTransitions.openQueue(transaction, name, self);
        return true;
    }

    /** Removes a queue, and tells those who wait in it: as many as may be told at once, the others find out. */
    static void closeQueue(XenStoreOperations transaction, String name, DomainId self, int most)
            throws XenStoreException {
        if (Nodes.owner(transaction, Layout.name(name)).equals(Optional.of(self))) {
            List<String> entries = Nodes.children(transaction, Layout.listen(name)).orElse(List.of());
            for (String entry : entries.subList(0, Math.min(most, entries.size()))) {
                refuseFlowOf(transaction, Layout.listen(name) + "/" + entry, RefusalReason.SERVER_CLOSED);
            }
            Nodes.remove(transaction, Layout.listen(name));
        }
    }

    /** Established it stays, with new figures; nothing when the client has closed or spoiled the record. */
    static void count(XenStoreOperations transaction, FlowNodes nodes, FlowCounters counters)
            throws XenStoreException {
        Optional<FlowRecord> record = nodes.readFlow(transaction);
        if (record.isPresent() && record.get().state() == FlowState.ESTABLISHED) {
            transaction.write(nodes.flowPath(), counters.in(nodes.record(FlowState.ESTABLISHED)).toString());
        }
    }

    /** Established to closed, or to nothing when the client closed or died before. */
    static void close(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Optional<FlowRecord> record = nodes.readFlow(transaction);
        boolean first = record.isPresent() && record.get().state() == FlowState.ESTABLISHED;
        if (first) {
            transaction.write(nodes.flowPath(),
                    nodes.record(FlowState.CLOSED).with(FlowRecord.BY, SERVER).toString());
        } else {
            Nodes.remove(transaction, nodes.flowPath());
        }
        nodes.removeServerNodes(transaction);
    }

    /**
     * The client's end was seen in shared memory: finds out which kind, and clears up after a crash.
     *
     * <p>The flow record is the client's and dies with its domain. But a client that closes takes its connection out of
     * {@code established}, which is ours, in the same transaction: so a record that is gone while that node stands is a
     * crash, and one that is gone together with it is a client that closed and then exited.
     */
    static PeerEnd clientEnded(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Optional<FlowRecord> record = nodes.readFlow(transaction);
        boolean closed = record.isPresent()
                ? record.get().state() == FlowState.CLOSED
                : !transaction.exists(nodes.establishedPath());
        if (!closed) {
            abandon(transaction, nodes);
        }
        return closed ? PeerEnd.CLOSED : PeerEnd.LOST;
    }

    /** Removes everything: the client never came, or is dead. */
    static void abandon(XenStoreOperations transaction, FlowNodes nodes) throws XenStoreException {
        Nodes.remove(transaction, nodes.flowPath());
        nodes.removeServerNodes(transaction);
    }
}
