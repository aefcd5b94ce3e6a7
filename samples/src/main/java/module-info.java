/** Small programs to copy from. */
module dev.conduit.samples {
    requires dev.conduit.synjitsu;

    exports dev.conduit.samples;
}
