package dev.conduit.xenstore.server.state;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A state on disk in two generations: the file, and beside it with {@code .previous} the one before. Whenever the
 * machine stops, one whole file is there. For one writer at a time.
 */
public final class StateFile {

    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);
    private static final int BUFFER = 64 << 10;

    private final Path file;
    private final Path previous;
    private final Path fresh;
    private final Path broken;

    /**
     * Names the files; none is touched.
     *
     * @param file the newest generation
     */
    public StateFile(Path file) {
        this.file = file.toAbsolutePath().normalize();
        previous = beside(".previous");
        fresh = beside(".new");
        broken = beside(".broken");
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /**
     * Writes a new generation; the newest becomes the previous one. On the disk when this returns.
     *
     * @param state without listeners and connections
     * @throws IOException when it cannot be written; both generations are as before
     */
    public void write(ServerState state) throws IOException {
        try {
            writeFresh(state);
            if (Files.exists(file)) {
                Path link = beside(".previous~");
                Files.deleteIfExists(link);
                Files.createLink(link, file);
                move(link, previous);
            }
            move(fresh, file);
            syncDirectory();
        } catch (IOException e) {
            throw new IOException("cannot save the state in " + file + ": " + e.getMessage(), e);
        }
    }

    private void writeFresh(ServerState state) throws IOException {
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            StateWriter.write(state, out);
            channel.force(true);
        }
    }

    /** Without this a rename may be lost with the machine, though what was renamed is on the disk. */
    private void syncDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads the newest whole generation. A newest file that is not whole is kept with {@code .broken}, so that the
     * next write does not put it in the place of the previous one.
     *
     * @return the state, or null when there is neither file
     * @throws IOException when neither can be used, with the reason for each
     */
    public ServerState read() throws IOException {
        if (!Files.exists(file)) {
            return Files.exists(previous) ? readPrevious("it is missing") : null;
        }
        try {
            return read(file);
        } catch (StateException e) {
            if (!Files.exists(previous)) {
                throw e;
            }
            ServerState state = readPrevious(e.getMessage());
            move(file, broken);
            return state;
        }
    }

    private ServerState readPrevious(String reason) throws IOException {
        try {
            ServerState state = read(previous);
            LOG.warn("state file {} is not used ({}); going on with {}", file, reason, previous);
            return state;
        } catch (StateException e) {
            throw new IOException("neither generation of the state can be used: " + file + ": " + reason + "; "
                    + e.getMessage(), e);
        }
    }

    private static ServerState read(Path from) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(from), BUFFER)) {
            return StateReader.readFile(in);
        } catch (StateException e) {
            throw new StateException(from, e);
        }
    }
}
