package dev.conduit.cli;

import dev.conduit.core.local.LocalDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The folder of a local host, for every sub-command that needs one. */
final class DirectoryOption {

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Folder of the local host (default: $CONDUIT_DIR, else a folder of this user).")
    private Path directory;

    /** Returns the folder given, or the default one. */
    Path path() {
        return directory == null ? LocalDirectory.standard().path() : directory;
    }
}
