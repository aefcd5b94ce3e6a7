/** Small programs to copy from. */
module dev.conduit.samples {
    requires dev.conduit.rendezvous;

    exports dev.conduit.samples;
}
