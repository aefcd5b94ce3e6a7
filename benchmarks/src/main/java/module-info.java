/** Cross-process benchmarks with the peers side by side. */
@SuppressWarnings("requires-automatic") // Aeron and HdrHistogram are no modules
module dev.conduit.bench {
    requires HdrHistogram;
    requires dev.conduit.rendezvous;
    requires dev.conduit.synjitsu;
    requires io.aeron.client;
    requires io.aeron.driver;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires java.management;
    requires jdk.management;
    requires org.agrona;

    exports dev.conduit.bench;
    exports dev.conduit.bench.chain;
    exports dev.conduit.bench.directory;
    exports dev.conduit.bench.dns;
    exports dev.conduit.bench.figure;
    exports dev.conduit.bench.many;
    exports dev.conduit.bench.rendezvous;
    exports dev.conduit.bench.startup;
    exports dev.conduit.bench.synjitsu;
    exports dev.conduit.bench.vchan;
    exports dev.conduit.bench.xenstore;
}
