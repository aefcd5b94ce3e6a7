package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.Collection;
import java.util.Optional;

/**
 * The older Mirage layout, {@code /conduit/<server>/<client>/<port>} as ocaml-conduit has it (conduit_xenstore.ml); each
 * method is the inside of one transaction.
 */
final class MirageTransitions {

    private MirageTransitions() {}

    /** Makes the folders in which clients of these names ask, where there are none. */
    static void openFolders(XenStoreOperations transaction, String name, Collection<String> clients, DomainId self)
            throws XenStoreException {
        for (String client : clients) {
            transaction.mkdir(Layout.mirage(name, client));
            transaction.setPermissions(Layout.mirage(name, client), Layout.miragePermissions(self));
        }
    }

    /**
     * Server: a request becomes a connection, with a flow record of the server's own.
     *
     * @param asked the connection is the port, the flow an id that the server drew, the peer's name what it claims
     * @return where the connection stands; empty when the request is gone or another's, or the port in use
     */
    static Optional<FlowNodes> establish(XenStoreOperations transaction, FlowNodes asked, int ringRef, int port)
            throws XenStoreException {
        String request = Layout.mirage(asked.name(), asked.peerName(), asked.connection());
        if (!Nodes.owner(transaction, request).equals(Optional.of(asked.client()))) {
            return Optional.empty();
        }
        transaction.remove(request);
        if (transaction.exists(asked.vchanPath())) {
            return Optional.empty();
        }
        FlowNodes nodes = asked.calling(ServerTransitions.peerName(
                transaction, asked.name(), asked.peerName(), asked.client()));
        ServerTransitions.publish(transaction, nodes, ringRef, port);
        transaction.write(nodes.flowPath(), nodes.record(FlowState.ESTABLISHED).with("layout", "mirage").toString());
        transaction.setPermissions(nodes.flowPath(), Layout.establishedPermissions(asked.server()));
        return Optional.of(nodes);
    }

    /**
     * Client: asks.
     *
     * @return where the connection will stand
     */
    static FlowNodes request(XenStoreOperations transaction, String name, String claimed, String port, DomainId self)
            throws ConduitException, XenStoreException {
        DomainId server = NameTransitions.resolve(transaction, name);
        if (!ConduitNames.isClaimable(claimed)
                || !NameTransitions.believed(transaction, claimed, self).equals(claimed)) {
            throw new ConduitException("connect to '" + name + "' needs a name that this domain has: a server of the"
                    + " older Mirage layout finds its client by it");
        }
        try {
            transaction.write(Layout.mirage(name, claimed, port), port);
        } catch (XenStoreException refused) {
            if (refused.is("EACCES")) {
                throw new ConduitRefusedException(RefusalReason.NOT_LISTENING, "domain " + server
                        + " takes no connects of the older Mirage layout under '" + name + "' from '" + claimed + "'");
            }
            throw refused;
        }
        return new FlowNodes(name, claimed, port, "", server, self);
    }
}
