/** The system calls of conduit-core by Panama FFM; used by itself on Java 22 and newer. */
module dev.conduit.core.ffm {
    requires dev.conduit.core;

    provides dev.conduit.core.posix.Posix with dev.conduit.core.ffm.FfmPosix;
}
