/** The TCP front: answers for services that sleep, keeps what clients send, and hands each connection over. */
module dev.conduit.synjitsu {
    requires transitive dev.conduit.rendezvous;
    requires transitive io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires org.slf4j;

    exports dev.conduit.synjitsu.adopt;
    exports dev.conduit.synjitsu.carry;
    exports dev.conduit.synjitsu.front;
    exports dev.conduit.synjitsu.handover;
    exports dev.conduit.synjitsu.layer8;
    exports dev.conduit.synjitsu.socket;
    exports dev.conduit.synjitsu.tcp;
    exports dev.conduit.synjitsu.wire;
}
