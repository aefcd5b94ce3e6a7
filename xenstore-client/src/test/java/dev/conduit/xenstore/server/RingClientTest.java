package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;

/** Everything a client must do, over a ring. */
class RingClientTest extends ClientContractTest {

    @Override
    XenStoreClient connect(int domain, ClientOptions options) throws Exception {
        return XenStoreClients.connect(server.overRing(domain), options);
    }

    @Override
    int connectionsAfterClose() {
        return 1;
    }
}
