/** Domains, grants and event channels. */
module dev.conduit.core {
    requires transitive dev.conduit.xenstore;
    requires com.sun.jna;
    requires org.slf4j;

    exports dev.conduit.core;
    exports dev.conduit.core.local;
    exports dev.conduit.core.local.host;
    exports dev.conduit.core.net;
    exports dev.conduit.core.posix;
    exports dev.conduit.core.ring;
    exports dev.conduit.core.xen;

    // JNA binds the native methods reflectively.
    opens dev.conduit.core.jna to com.sun.jna;

    uses dev.conduit.core.PlatformProvider;
    uses dev.conduit.core.posix.Posix;

    provides dev.conduit.core.PlatformProvider with dev.conduit.core.local.LocalPlatformProvider,
            dev.conduit.core.xen.XenPlatformProvider;
    provides dev.conduit.xenstore.server.socket.MovableSocketProvider with
            dev.conduit.core.socket.PosixSocketProvider;
    provides dev.conduit.core.posix.Posix with dev.conduit.core.jna.JnaPosix;
}
