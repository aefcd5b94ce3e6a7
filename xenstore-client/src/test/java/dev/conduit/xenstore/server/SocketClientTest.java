package dev.conduit.xenstore.server;

import dev.conduit.xenstore.XenStoreClient;

class SocketClientTest extends ClientContractTest {

    @Override
    XenStoreClient connect(int domain) throws Exception {
        return server.overSocket(domain);
    }
}
