package dev.conduit.cli;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which platform a sub-command that is a guest uses. */
final class DomainOption {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Folder of a local host (default: Xen when this is a Xen guest, else $CONDUIT_DIR or a"
                    + " folder of this user).")
    private Path directory;

    /** Opens the platform: as the domain of the surrounding {@code conduit run}, if any, else as a new one. */
    Conduit open(String name) throws IOException {
        return directory == null ? Conduit.open() : Conduit.open(LocalPlatform.open(directory, name));
    }
}
