/** The libxenvchan ring protocol. */
module dev.conduit.vchan {
    requires transitive dev.conduit.core;
    requires org.slf4j;

    exports dev.conduit.vchan;
}
