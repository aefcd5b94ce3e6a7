package dev.conduit.core.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Linux tells of a process in {@code /proc/<pid>/stat} (proc(5)).
 *
 * @param pid its number
 * @param state its state's letter; {@code T} when it is stopped by a signal
 * @param parent its parent's number
 * @param session the number of its session, which is that of the process that began the session
 * @param startTicks when it started, in clock ticks since the system did; tells it from a later process of that number
 */
public record ProcessStat(long pid, char state, long parent, long session, long startTicks) {

    /** Places after the name, which is in brackets and may itself have brackets and spaces in it. */
    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int START = 19;

    /**
     * Looks at a process.
     *
     * @param pid its number
     * @return what it is, or empty when there is no such process or it has ended and only waits for its parent
     */
    public static Optional<ProcessStat> read(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Looks at every process; those that come and go meanwhile may be missing.
     *
     * @return the processes that have not ended
     * @throws IOException when {@code /proc} cannot be read
     */
    public static List<ProcessStat> all() throws IOException {
        List<ProcessStat> all = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                if (name.matches("[0-9]{1,10}")) {
                    read(Long.parseLong(name)).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    static Optional<ProcessStat> parse(String line) {
        int name = line.lastIndexOf(") ");
        String[] fields = name < 0 ? new String[0] : line.substring(name + 2).split(" ");
        if (fields.length <= START) {
            return Optional.empty();
        }
        char state = fields[0].charAt(0);
        if (state == 'Z' || state == 'X' || state == 'x') {
            return Optional.empty();
        }
        return Optional.of(new ProcessStat(Long.parseLong(line.substring(0, line.indexOf(' '))), state,
                Long.parseLong(fields[PARENT]), Long.parseLong(fields[SESSION]), Long.parseLong(fields[START])));
    }

    /**
     * Tells whether this very process still runs.
     *
     * @return false when it has ended, even if another has its number now
     */
    public boolean runs() {
        return read(pid).filter(now -> now.startTicks == startTicks).isPresent();
    }
}
