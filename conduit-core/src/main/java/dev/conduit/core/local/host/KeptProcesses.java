package dev.conduit.core.local.host;

import dev.conduit.core.local.ProcessStat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The processes whose domains last as long as they do, and not as long as the connection that made them. The kernel
 * tells the end of a process only to its parent, so they are looked at, {@link #POLL_MILLIS} apart. One thread only.
 */
final class KeptProcesses {

    /** A look costs about 20 microseconds a process; this is how late an end may be noticed. */
    static final long POLL_MILLIS = 100;

    private final Map<Handle, ProcessStat> processes = new HashMap<>();

    void add(Handle handle, long pid) throws Refusal {
        processes.put(handle, ProcessStat.read(pid)
                .orElseThrow(() -> new Refusal("ESRCH", "process " + pid + " does not exist")));
    }

    boolean isEmpty() {
        return processes.isEmpty();
    }

    /** Those that have ended since the last look; they are forgotten. */
    List<Handle> ended() {
        List<Handle> ended = new ArrayList<>();
        processes.forEach((handle, process) -> {
            if (!process.runs()) {
                ended.add(handle);
            }
        });
        ended.forEach(processes::remove);
        return ended;
    }
}
