/** Cross-process benchmarks with the peers side by side. */
module dev.conduit.bench {
    requires dev.conduit.rendezvous;

    exports dev.conduit.bench;
}
