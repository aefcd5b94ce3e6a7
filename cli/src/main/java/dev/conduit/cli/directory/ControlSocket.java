package dev.conduit.cli.directory;

import dev.conduit.core.PlatformException;
import dev.conduit.core.Platforms;
import dev.conduit.core.local.LocalDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the operator asks a directory. */
final class ControlSocket {

    private static final Path XEN = Path.of("/run/conduit/jitsud.sock");
    private static final String NAME = "jitsud.sock";

    @Option(names = "--dir", paramLabel = "DIR", description = "Folder of the local host (default: Xen's dom0 when this"
            + " is one, else $CONDUIT_DIR or this user's host).")
    private Path directory;

    @Option(names = "--socket", paramLabel = "FILE", description = "Unix socket of the directory (default: jitsud.sock in"
            + " the local host's folder, on Xen /run/conduit/jitsud.sock).")
    private Path socket;

    /** The folder given, or null. */
    Path directory() {
        return directory;
    }

    Path path() throws PlatformException {
        return path(socket, directory);
    }

    /** The socket given, or else the one in the folder given, or else the standard one; each may be null. */
    static Path path(Path socket, Path directory) throws PlatformException {
        if (socket != null) {
            return socket;
        }
        if (directory != null) {
            return directory.resolve(NAME);
        }
        return Platforms.provider().name().equals("xen") ? XEN : LocalDirectory.standard().path().resolve(NAME);
    }
}
