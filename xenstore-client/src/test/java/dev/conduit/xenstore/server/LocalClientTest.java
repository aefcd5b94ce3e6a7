package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;

class LocalClientTest extends ClientContractTest {

    @Override
    XenStoreClient connect(int domain, ClientOptions options) {
        return server.inProcess(domain);
    }
}
