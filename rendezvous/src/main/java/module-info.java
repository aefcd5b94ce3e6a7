/** Conduits by name: listen, connect and accept over XenStore and vchan; resolvers, DNS, and the directory of services. */
@SuppressWarnings("requires-automatic") // libvirt has no descriptor.
module dev.conduit.rendezvous {
    requires transitive dev.conduit.vchan;
    requires io.netty.buffer;
    requires io.netty.codec.dns;
    requires io.netty.common;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires static io.netty.transport.classes.epoll;
    requires java.net.http;
    requires static libvirt;
    requires org.dnsjava;
    requires org.slf4j;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;

    exports dev.conduit.rendezvous;
    exports dev.conduit.rendezvous.launch;
    exports dev.conduit.rendezvous.layout;
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
