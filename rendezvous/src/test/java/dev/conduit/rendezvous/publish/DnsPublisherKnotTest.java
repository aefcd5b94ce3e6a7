package dev.conduit.rendezvous.publish;

import dev.conduit.rendezvous.nameserver.NameServer;

class DnsPublisherKnotTest extends DnsPublisherContractTest {

    DnsPublisherKnotTest() {
        super(NameServer.Kind.KNOT);
    }

    @Override
    String powerlessProblem() {
        return "BADKEY (NOTAUTH): the server does not know key powerless (hmac-sha256)";
    }
}
