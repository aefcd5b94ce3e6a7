package dev.conduit.core.local.host;

import dev.conduit.core.PlatformException;
import dev.conduit.core.local.LocalDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a second host out of a folder. The lock is the kernel's, so it ends with the process; the file stays, empty
 * once the host has ended properly, because removing a lock file lets two processes each lock a file of that name.
 */
final class HostLock implements AutoCloseable {

    /**
     * Folders locked by this JVM. A file lock does not exclude the own process, and closing any other descriptor of the
     * file would release it: so the file of a folder in here is not even opened.
     */
    private static final Set<Path> OWN = new HashSet<>();

    private static final int MAX_PID_DIGITS = 20;

    private final Path folder;
    private final FileChannel channel;

    private HostLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    static HostLock acquire(LocalDirectory directory) throws IOException {
        Path folder = directory.path().toRealPath();
        synchronized (OWN) {
            if (OWN.contains(folder)) {
                throw refused(directory, "" + ProcessHandle.current().pid());
            }
            FileChannel channel = FileChannel.open(directory.lockFile(), StandardOpenOption.CREATE,
                    StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean done = false;
            try {
                if (channel.tryLock() == null) {
                    throw refused(directory, readPid(channel));
                }
                writePid(directory, channel);
                OWN.add(folder);
                done = true;
                return new HostLock(folder, channel);
            } finally {
                if (!done) {
                    channel.close();
                }
            }
        }
    }

    private static void writePid(LocalDirectory directory, FileChannel channel) throws PlatformException {
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
        } catch (IOException e) {
            throw new PlatformException("cannot write " + directory.lockFile() + ": " + e.getMessage(), e);
        }
    }

    private static String readPid(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(MAX_PID_DIGITS);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).trim();
        return text.matches("[0-9]+") ? text : "unknown";
    }

    private static PlatformException refused(LocalDirectory directory, String pid) {
        return new PlatformException("a host is running in " + directory + " already (process " + pid
                + "): use it, or choose another folder with --dir or " + LocalDirectory.DIRECTORY_VARIABLE);
    }

    @Override
    public void close() throws IOException {
        synchronized (OWN) {
            OWN.remove(folder);
            try (channel) {
                channel.truncate(0);
            }
        }
    }
}
