/** XenStore: wire codec, client and embedded server. */
module dev.conduit.xenstore {
    requires org.slf4j;

    exports dev.conduit.xenstore;
    exports dev.conduit.xenstore.server;
}
