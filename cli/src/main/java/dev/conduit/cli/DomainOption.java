package dev.conduit.cli;

import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.core.local.LocalPlatform;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which platform a sub-command that is a guest uses. */
public final class DomainOption {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Folder of a local host to be a new domain of (default: Xen when this is a Xen guest, else the"
                    + " domain of the surrounding 'conduit run', else a new one of $CONDUIT_DIR or this user's host).")
    private Path directory;

    /** Made by the command line. */
    public DomainOption() {}

    /**
     * Returns the folder that was named.
     *
     * @return the folder, or null
     */
    public Path directory() {
        return directory;
    }

    /**
     * Opens the platform.
     *
     * @param name what a new domain of a named folder is called
     * @return the open platform
     * @throws IOException when there is none, or it cannot be opened
     */
    public Platform open(String name) throws IOException {
        return directory == null ? Platforms.open() : LocalPlatform.open(directory, name);
    }
}
