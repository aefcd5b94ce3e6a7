package dev.conduit.rendezvous.launch.process;

import dev.conduit.rendezvous.launch.support.OneLine;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the logs of running processes bounded. They write into their files themselves, so that they need nobody; once a
 * second each file that has grown beyond the bound is copied to the same name with {@code .1} and emptied. What is written
 * between the two is lost.
 */
final class LogKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogKeeper.class);
    private static final long PERIOD_MILLIS = 1000;
    private static final int LONGEST_LINE = 300;

    private final long bound;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "conduit-process-logs");
        thread.setDaemon(true);
        return thread;
    });

    LogKeeper(Supplier<Collection<Path>> logs, long bound) {
        this.bound = bound;
        timer.scheduleWithFixedDelay(() -> logs.get().forEach(this::trim), PERIOD_MILLIS, PERIOD_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void trim(Path log) {
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = file.size();
            if (size <= bound) {
                return;
            }
            try (FileChannel old = FileChannel.open(Path.of(log + ".1"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                for (long at = size - bound; at < size; ) {
                    at += file.transferTo(at, size - at, old);
                }
            }
            file.truncate(0);
        } catch (IOException e) {
            LOG.debug("{} cannot be kept short: {}", log, OneLine.of(e));
        }
    }

    /** The end of a log, for a message; empty when there is none. */
    static String lastLine(Path log) {
        if (!Files.isRegularFile(log)) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - LONGEST_LINE));
            byte[] end = new byte[LONGEST_LINE];
            int length = Math.max(0, file.read(end));
            return OneLine.of(new String(end, 0, length, StandardCharsets.UTF_8).strip().lines()
                    .reduce((first, second) -> second).orElse(""));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
