package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;

class SocketClientTest extends ClientContractTest {

    @Override
    XenStoreClient connect(int domain, ClientOptions options) throws Exception {
        return XenStoreClients.connect(server.socket(domain), options);
    }
}
