package dev.conduit.core.local.host;

import dev.conduit.core.PlatformException;
import dev.conduit.core.local.LocalDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder of a host: made private, checked, and cleared of the sockets a killed host left. */
final class HostFolder {

    private HostFolder() {
    }

    /** Makes the folder unless it exists, and refuses one that is somebody else's. */
    static void prepare(LocalDirectory directory) throws IOException {
        directory.checkLength();
        Path path = directory.path();
        if (!Files.exists(path)) {
            Files.createDirectories(path,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        if (!Files.isDirectory(path)) {
            throw new PlatformException(path + " is not a folder");
        }
        Object owner = Files.getAttribute(path, "unix:uid");
        if (!owner.equals(LocalDirectory.userId())) {
            throw new PlatformException("folder " + path + " belongs to user " + owner + ", not to user "
                    + LocalDirectory.userId() + ": choose another with --dir or " + LocalDirectory.DIRECTORY_VARIABLE);
        }
    }

    /** Removes the sockets; the lock must be held, or must have been until now. */
    static void removeSockets(LocalDirectory directory) throws IOException {
        try (DirectoryStream<Path> sockets =
                Files.newDirectoryStream(directory.path(), "{host,xenstored,domain-*}.sock")) {
            for (Path socket : sockets) {
                Files.deleteIfExists(socket);
            }
        }
    }

    /** Lets only the owner connect. */
    static void makePrivate(Path socket) throws IOException {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    }
}
