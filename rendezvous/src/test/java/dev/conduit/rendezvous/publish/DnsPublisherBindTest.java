package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.nameserver.NameServer;

class DnsPublisherBindTest extends DnsPublisherContractTest {

    DnsPublisherBindTest() {
        super(NameServer.Kind.BIND);
    }

    @Override
    String powerlessProblem() {
        return "REFUSED: the server's policy does not let key powerless (hmac-sha256) do this";
    }
}
