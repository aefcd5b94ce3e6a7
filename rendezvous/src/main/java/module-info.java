/** Conduits by name: listen, connect and accept over XenStore and vchan. */
module dev.conduit.rendezvous {
    requires transitive dev.conduit.vchan;
    requires org.slf4j;

    exports dev.conduit.rendezvous;
    exports dev.conduit.rendezvous.layout;

}
