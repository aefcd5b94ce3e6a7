package dev.conduit.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps every processor busy with nothing, at the priority that gives way to everybody (SCHED_IDLE). The processors of a
 * virtual machine fall asleep when they have nothing to do, and to wake one up takes several times as long as a request;
 * which requests meet that is chance, and so would ratios be.
 */
public final class Awake {

    /** Ends with the process that started it, whatever becomes of that. */
    private static final String SPIN =
            "while kill -0 $PPID 2>/dev/null; do i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); done; done";

    private final List<Process> spinners = new ArrayList<>();

    private Awake() {}

    /**
     * Begins. Where the program {@code chrt} (util-linux) is missing, nothing is kept awake.
     *
     * @param progress is told so then
     * @return it; to be closed
     */
    public static Awake keep(PrintStream progress) {
        Awake awake = new Awake();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            try {
                awake.spinners.add(new ProcessBuilder("chrt", "--idle", "0", "sh", "-c", SPIN)
                        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
            } catch (IOException missing) {
                progress.println("bench: processors may fall asleep, which blurs ratios: " + missing.getMessage());
                break;
            }
        }
        return awake;
    }

    /** Ends it. */
    public void close() {
        spinners.forEach(Process::destroyForcibly);
    }
}
