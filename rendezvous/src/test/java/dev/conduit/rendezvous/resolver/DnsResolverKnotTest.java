package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.nameserver.NameServer;

class DnsResolverKnotTest extends DnsResolverContractTest {

    DnsResolverKnotTest() {
        super(NameServer.Kind.KNOT);
    }
}
