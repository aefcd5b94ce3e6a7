package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.util.HashSet;
import java.util.Set;

/** Everything a client must do, over a ring. */
class RingClientTest extends ClientContractTest {

    private final Set<Integer> introduced = new HashSet<>();

    /** A domain has one ring: a second client of it at the same time comes over a socket. */
    @Override
    XenStoreClient connect(int domain, ClientOptions options) throws Exception {
        return introduced.add(domain) ? XenStoreClients.connect(server.overRing(domain), options)
                : XenStoreClients.connect(server.socket(domain), options);
    }

    @Override
    int connectionsAfterClose() {
        return 1;
    }
}
