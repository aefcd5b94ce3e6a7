/** Conduits by name: listen, connect and accept over XenStore and vchan; resolvers, DNS, and the directory of services. */
module dev.conduit.rendezvous {
    requires transitive dev.conduit.vchan;
    requires io.netty.buffer;
    requires io.netty.codec.dns;
    requires transitive io.netty.common;
    requires transitive io.netty.resolver;
    requires io.netty.transport;
    requires static io.netty.transport.classes.epoll;
    requires org.dnsjava;
    requires org.slf4j;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports dev.conduit.rendezvous;
    exports dev.conduit.rendezvous.launch;
    exports dev.conduit.rendezvous.layout;
    exports dev.conduit.rendezvous.publish;
    exports dev.conduit.rendezvous.resolver;
    exports dev.conduit.rendezvous.steward;

    uses dev.conduit.rendezvous.launch.LauncherProvider;
}
