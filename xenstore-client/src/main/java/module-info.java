/** XenStore: wire codec, client and embedded server. */
@SuppressWarnings("module") // conduit-core is built after this one
module dev.conduit.xenstore {
    requires org.slf4j;

    exports dev.conduit.xenstore;
    exports dev.conduit.xenstore.server;
    exports dev.conduit.xenstore.server.socket to dev.conduit.core;

    uses dev.conduit.xenstore.server.socket.MovableSocketProvider;
}
