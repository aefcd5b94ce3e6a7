package dev.conduit.bench.synjitsu;

import dev.conduit.bench.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The front: its state machine on one core, it and its XenStore, the hand-over of many connections, and what the client of
 * a service that sleeps waits for, beside systemd's socket activation and beside no front. The last part needs root.
 */
public final class SynjitsuBenchmark {

    private static final int USUAL_HEAP = 512;
    /** What 10,000 waiting connections are to fit in, with the XenStore that has them. */
    private static final int SMALL_HEAP = 128;
    private static final long LIFE_MINUTES = 15;
    private static final List<Integer> SHORT_BOOTS = List.of(20, 350);
    private static final List<Integer> BOOTS = List.of(20, 350, 1500, 10_000);

    private final boolean quick;
    private final PrintStream progress;
    private final Samples samples = new Samples();
    private final List<String> notes = new ArrayList<>();

    /**
     * Sets the size.
     *
     * @param quick small, and only the short boots
     * @param progress gets a line for each part
     */
    public SynjitsuBenchmark(boolean quick, PrintStream progress) {
        this.quick = quick;
        this.progress = progress;
    }

    /**
     * Measures.
     *
     * @param folder for local hosts
     * @return what was measured
     * @throws IOException when a part failed
     */
    public SynjitsuReport run(Path folder) throws IOException {
        progress.println("the state machine");
        collect(JavaCommand.of(USUAL_HEAP, StateMachineMain.class, quick ? "20000" : "200000", quick ? "2" : "5"));
        progress.println("the front with its XenStore");
        collect(JavaCommand.of(SMALL_HEAP, FrontMain.class, folder.resolve("front").toString(), quick ? "500" : "10000",
                quick ? "200" : "2000", quick ? "100" : "1000", quick ? "2" : "6"));
        progress.println("a service that sleeps");
        Optional<String> missing = SleepNetwork.missing();
        if (missing.isPresent()) {
            notes.add("a service that sleeps is left out: " + missing.get());
            return SynjitsuReport.of(samples.figures(), notes);
        }
        try (SleepNetwork network = new SleepNetwork()) {
            SleepPlan plan = new SleepPlan(network.client, network.guest, quick ? 2 : 10, quick ? 1 : 5,
                    quick ? 10_000_000 : 300_000_000, quick ? 500 : 8000, quick ? SHORT_BOOTS : BOOTS);
            List<String> arguments = new ArrayList<>(List.of(folder.resolve("sleep").toString()));
            arguments.addAll(plan.words());
            collect(SleepNetwork.inside(network.host, JavaCommand.of(USUAL_HEAP, SleepMain.class,
                    arguments.toArray(String[]::new))));
        }
        return SynjitsuReport.of(samples.figures(), notes);
    }

    private void collect(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        // It ends whatever happens, which bounds the wait for what it says.
        CompletableFuture.delayedExecutor(LIFE_MINUTES, TimeUnit.MINUTES).execute(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (!samples.read(line)) {
                    notes.add(line);
                }
            }
        }
        int exit = process.onExit().join().exitValue();
        if (exit != 0) {
            throw new IOException("a part of the benchmark has failed, exit code " + exit);
        }
    }
}
