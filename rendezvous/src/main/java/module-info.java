/** Conduits by name: listen, connect and accept over XenStore and vchan; resolvers, DNS, and the directory of services. */
@SuppressWarnings("requires-automatic") // libvirt has no descriptor.
module dev.conduit.rendezvous {
    requires transitive dev.conduit.vchan;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.dns;
    requires transitive io.netty.common;
    requires transitive io.netty.resolver;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires static libvirt;
    requires java.net.http;
    requires transitive org.dnsjava;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires transitive tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports dev.conduit.rendezvous;
    exports dev.conduit.rendezvous.directory;
    exports dev.conduit.rendezvous.directory.config;
    exports dev.conduit.rendezvous.directory.control;
    exports dev.conduit.rendezvous.directory.service;
    exports dev.conduit.rendezvous.dns;
    exports dev.conduit.rendezvous.launch;
    exports dev.conduit.rendezvous.layout;
    exports dev.conduit.rendezvous.listing;
    exports dev.conduit.rendezvous.publish;
    exports dev.conduit.rendezvous.resolver;
    exports dev.conduit.rendezvous.steward;

    // Records are read and written by Jackson.
    opens dev.conduit.rendezvous.launch.process to tools.jackson.databind;

    uses dev.conduit.rendezvous.launch.LauncherProvider;

    provides dev.conduit.rendezvous.launch.LauncherProvider with
            dev.conduit.rendezvous.launch.process.ProcessLauncherProvider,
            dev.conduit.rendezvous.launch.xl.XlLauncherProvider,
            dev.conduit.rendezvous.launch.libvirt.LibvirtLauncherProvider,
            dev.conduit.rendezvous.launch.xapi.XapiLauncherProvider;
}
