package dev.conduit.rendezvous.launch.process;

import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The folder with a record of each process; one launcher uses it at a time. */
final class ProcessRecords implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessRecords.class);
    private static final String SUFFIX = ".json";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final FileChannel lockFile;
    private final String boot;

    private ProcessRecords(Path folder, FileChannel lockFile, String boot) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.boot = boot;
    }

    static ProcessRecords open(Path folder) throws LaunchException {
        FileChannel channel = null;
        boolean done = false;
        try {
            Files.createDirectories(folder);
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                throw new LaunchException("launcher process: another one uses " + folder + " and knows what runs");
            }
            done = true;
            return new ProcessRecords(folder, channel, Files.readString(BOOT_ID).strip());
        } catch (IOException e) {
            if (e instanceof LaunchException refusal) {
                throw refusal;
            }
            throw new LaunchException("launcher process: cannot use " + folder + ": " + OneLine.of(e), e);
        } finally {
            if (!done && channel != null) {
                closeQuietly(channel);
            }
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    String boot() {
        return boot;
    }

    /** A guest's file of its own, next to its record. */
    Path file(String name, String suffix) {
        return folder.resolve(name + suffix);
    }

    /** What ran since the system started; a file that cannot be read is left alone. */
    List<ProcessRecord> all() throws LaunchException {
        List<ProcessRecord> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
                try {
                    ProcessRecord record = JSON.readValue(Files.readString(file), ProcessRecord.class);
                    if (boot.equals(record.boot())) {
                        records.add(record);
                    }
                } catch (JacksonException e) {
                    LOG.warn("{} is no record of a process, and is left alone", file);
                }
            }
        } catch (IOException e) {
            throw new LaunchException("launcher process: cannot read " + folder + ": " + OneLine.of(e), e);
        }
        return records;
    }

    /** Whole or not at all, whenever this JVM is killed. */
    void write(ProcessRecord record) throws IOException {
        Path made = file(record.name(), ".new");
        Files.writeString(made, JSON.writeValueAsString(record));
        Files.move(made, file(record.name(), SUFFIX), StandardCopyOption.ATOMIC_MOVE);
    }

    void delete(String name) {
        try {
            Files.delete(file(name, SUFFIX));
        } catch (NoSuchFileException e) {
            // Gone already.
        } catch (IOException e) {
            LOG.warn("the record of a process that has ended stays: {}", OneLine.of(e));
        }
    }

    @Override
    public void close() {
        closeQuietly(lockFile);
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("a lock file did not close: {}", e.getMessage());
        }
    }
}
