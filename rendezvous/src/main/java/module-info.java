/** Conduits by name: listen, connect and accept over XenStore and vchan; resolvers, DNS, and the directory of services. */
module dev.conduit.rendezvous {
    requires transitive dev.conduit.vchan;
    requires io.netty.buffer;
    requires io.netty.codec.dns;
    requires io.netty.common;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires static io.netty.transport.classes.epoll;
    requires org.dnsjava;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires transitive tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports dev.conduit.rendezvous;
    exports dev.conduit.rendezvous.directory;
    exports dev.conduit.rendezvous.directory.config;
    exports dev.conduit.rendezvous.directory.control;
    exports dev.conduit.rendezvous.directory.service;
    exports dev.conduit.rendezvous.launch;
    exports dev.conduit.rendezvous.layout;
    exports dev.conduit.rendezvous.steward;

    uses dev.conduit.rendezvous.launch.LauncherProvider;
}
