package dev.conduit.rendezvous.resolver;

import dev.conduit.rendezvous.nameserver.NameServer;

class DnsResolverBindTest extends DnsResolverContractTest {

    DnsResolverBindTest() {
        super(NameServer.Kind.BIND);
    }
}
