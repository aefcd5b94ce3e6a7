/** Conduits by name: listen, connect and accept over XenStore and vchan; resolvers, DNS, and the directory of services. */
module dev.conduit.rendezvous {
    requires transitive dev.conduit.vchan;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.dns;
    requires io.netty.common;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires transitive org.dnsjava;
    requires org.slf4j;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports dev.conduit.rendezvous;
    exports dev.conduit.rendezvous.dns;
    exports dev.conduit.rendezvous.launch;
    exports dev.conduit.rendezvous.layout;
    exports dev.conduit.rendezvous.steward;

    uses dev.conduit.rendezvous.launch.LauncherProvider;
}
