package dev.conduit.rendezvous;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.rendezvous.time.Deadline;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanTimeoutException;
import java.io.IOException;

/** Makes connections to servers that speak the older Mirage layout. */
record MirageConnector(Platform platform, Store store) {

    ConduitConnection connect(
            String name, Deadline deadline, String claimed, ConnectOptions options, Attempt.Factory factory)
            throws IOException {
        String what = "connect to '" + name + "'";
        FlowNodes asked = store.<FlowNodes, ConduitException>transact(what, deadline, transaction ->
                MirageTransitions.request(transaction, name, claimed, options.miragePort(), platform.self()));
        boolean connected = false;
        try {
            if (!platform.isAlive(asked.server())) {
                throw new ConduitRefusedException(RefusalReason.OWNER_DEAD,
                        "name '" + name + "' belongs to domain " + asked.server() + ", which is dead");
            }
            VchanChannel channel = Vchan.connect(
                    platform, asked.server(), asked.vchanPath(), options.channel(), deadline.left());
            ConduitConnection connection = factory.make(channel, asked);
            connected = true;
            return connection;
        } catch (VchanTimeoutException late) {
            throw new ConduitTimeoutException(what + " timed out: domain " + asked.server() + " did not publish "
                    + Layout.vchan(asked.server(), asked.client(), asked.connection()) + " within "
                    + deadline.whole().toMillis() + " ms", late);
        } finally {
            if (!connected) {
                store.cleanUp("withdrawal of a request to '" + name + "'",
                        transaction -> EndKind.MIRAGE_CLIENT.abandon(transaction, asked));
            }
        }
    }
}
