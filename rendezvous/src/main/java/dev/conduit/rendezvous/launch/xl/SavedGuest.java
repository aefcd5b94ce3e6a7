package dev.conduit.rendezvous.launch.xl;

import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The memory of one guest on disk, in one of three files: {@code .saving} while it is written, {@code .save} when it is
 * whole, {@code .restoring} from the moment xl is told to go on from it. Memory that a guest has gone on from is never used
 * again, even if this JVM is killed: it would not fit to what the guest has written to its disks since.
 */
record SavedGuest(Path folder, String name) {

    Path partial() {
        return file(".saving");
    }

    boolean exists() {
        return Files.exists(file(".save"));
    }

    void prepare() throws LaunchException {
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(partial());
        } catch (IOException e) {
            throw failed("cannot be written", e);
        }
    }

    void complete() throws LaunchException {
        move(partial(), file(".save"));
    }

    Path take() throws LaunchException {
        move(file(".save"), file(".restoring"));
        return file(".restoring");
    }

    void putBack() throws LaunchException {
        move(file(".restoring"), file(".save"));
    }

    /** Forgets it, and whatever is left of earlier attempts. */
    void delete() throws LaunchException {
        try {
            for (Path file : new Path[] {partial(), file(".save"), file(".restoring")}) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw failed("cannot be removed", e);
        }
    }

    private void move(Path from, Path to) throws LaunchException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("cannot be renamed from " + from.getFileName() + " to " + to.getFileName(), e);
        }
    }

    private LaunchException failed(String what, IOException cause) {
        return new LaunchException("guest " + name + ": its memory in " + folder + " " + what + ": " + OneLine.of(cause),
                cause);
    }

    private Path file(String suffix) {
        return folder.resolve("conduit-" + name + suffix);
    }
}
