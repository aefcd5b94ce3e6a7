/** Domains, grants and event channels. */
module dev.conduit.core {
    requires transitive dev.conduit.xenstore;
    requires com.sun.jna;
    requires org.slf4j;

    exports dev.conduit.core;
    exports dev.conduit.core.posix;

    uses dev.conduit.core.PlatformProvider;
    uses dev.conduit.core.posix.Posix;
}
