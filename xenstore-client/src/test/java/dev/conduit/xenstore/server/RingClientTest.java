package dev.conduit.xenstore.server;

import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.util.HashSet;
import java.util.Set;

/** Everything a client must do, over a ring; a ring has one client, so a domain's further clients use its socket. */
class RingClientTest extends ClientContractTest {

    private final Set<Integer> withRing = new HashSet<>();

    @Override
    XenStoreClient connect(int domain, ClientOptions options) throws Exception {
        if (!withRing.add(domain)) {
            return XenStoreClients.connect(server.socket(domain), options);
        }
        return XenStoreClients.connect(server.overRing(domain), options);
    }

    @Override
    int connectionsAfterClose() {
        return 1;
    }
}
