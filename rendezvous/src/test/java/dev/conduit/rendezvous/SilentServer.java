package dev.conduit.rendezvous;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;

/** Has a name and a queue, and answers only when told, and what it is told. */
record SilentServer(Platform platform, String name) {

    static SilentServer listen(Platform platform, String name) throws IOException {
        platform.xenStore().<Boolean, ConduitException>transaction(transaction -> {
            NameTransitions.claim(transaction, name, platform.self());
            NameTransitions.openQueue(transaction, name, platform.self());
            return true;
        });
        return new SilentServer(platform, name);
    }

    DomainId domain() {
        return platform.self();
    }

    /** The first entry in the queue, or the empty text. */
    String entry() throws XenStoreException {
        return platform.xenStore().list(Layout.listen(name)).stream().findFirst().orElse("");
    }

    void establish(String id, Object ringRef, Object port) throws XenStoreException {
        platform.xenStore().<Boolean, XenStoreException>transaction(transaction -> {
            DomainId client = Nodes.owner(transaction, Layout.listen(name, id)).orElseThrow();
            FlowNodes nodes = new FlowNodes(name, "domain-" + client, id, id, domain(), client);
            for (String node : new String[] {Layout.RING_REF, Layout.EVENT_CHANNEL}) {
                transaction.write(nodes.vchanPath() + "/" + node,
                        (node.equals(Layout.RING_REF) ? ringRef : port).toString());
                transaction.setPermissions(nodes.vchanPath() + "/" + node, Layout.vchanPermissions(domain(), client));
            }
            transaction.write(nodes.flowPath(), nodes.record(FlowState.ESTABLISHED).toString());
            transaction.remove(Layout.listen(name, id));
            return true;
        });
    }

    /** Removes what it published. */
    void sweep() throws XenStoreException {
        platform.xenStore().remove(Layout.vchans(domain()));
    }

    void die() {
        platform.close();
    }
}
