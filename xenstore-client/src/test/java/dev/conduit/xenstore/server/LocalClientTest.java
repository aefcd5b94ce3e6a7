package dev.conduit.xenstore.server;

import dev.conduit.xenstore.XenStoreClient;

class LocalClientTest extends ClientContractTest {

    @Override
    XenStoreClient connect(int domain) {
        return server.inProcess(domain);
    }
}
