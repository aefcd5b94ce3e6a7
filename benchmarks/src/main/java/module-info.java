/** Cross-process benchmarks with the peers side by side. */
module dev.conduit.bench {
    requires dev.conduit.rendezvous;
    requires dev.conduit.synjitsu;
    requires java.management;

    exports dev.conduit.bench;
    exports dev.conduit.bench.chain;
    exports dev.conduit.bench.directory;
    exports dev.conduit.bench.dns;
    exports dev.conduit.bench.figure;
    exports dev.conduit.bench.many;
    exports dev.conduit.bench.rendezvous;
    exports dev.conduit.bench.startup;
    exports dev.conduit.bench.synjitsu;
    exports dev.conduit.bench.xenstore;
}
