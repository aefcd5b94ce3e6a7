package dev.conduit.core.xen;

import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformProvider;
import dev.conduit.core.posix.PosixLoader;
import java.nio.file.Path;

/** The platform of a Xen guest, or of dom0. */
public final class XenPlatformProvider implements PlatformProvider {

    static final String NAME = "xen";
    private static final int PRIORITY = 100;

    private final Path root;

    /** For the service loader. */
    public XenPlatformProvider() {
        this(Path.of("/"));
    }

    XenPlatformProvider(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public String unavailable() {
        return PosixLoader.unavailable() != null ? PosixLoader.unavailable()
                : new XenSystem(PosixLoader.posix(), root).unavailable();
    }

    @Override
    public Platform open() throws PlatformException {
        return XenPlatform.open();
    }
}
