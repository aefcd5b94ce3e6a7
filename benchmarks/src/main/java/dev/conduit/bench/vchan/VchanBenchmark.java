package dev.conduit.bench.vchan;

import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs every way to move messages between two fresh processes, in turn, several times over. All have the same time, not
 * the same number of bytes: the fastest moves in it what would take the slowest minutes. Rings and buffers are of 64 KiB.
 */
public final class VchanBenchmark {

    private static final long SLICE_MILLIS = 250;
    private static final long QUICK_SLICE_MILLIS = 10;
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final int repetitions;
    private final boolean quick;
    private final long slice;
    private final List<JavaHome> javas;
    private final boolean peers;
    private final Optional<Path> debian;
    private final PrintStream progress;

    /**
     * Prepares a benchmark.
     *
     * @param repetitions how often each pair is run, 1 to 99; the median counts
     * @param quick whether to run everything very shortly, to see that it works
     * @param javas what conduits run on, at least one; other peers in Java run on the first
     * @param peers whether the others are run, too, not only conduits
     * @param debian root of Debian's Xen files; without it or a C compiler libxenvchan is left out
     * @param progress gets a line a pair
     * @throws IllegalArgumentException when a number is out of range
     */
    public VchanBenchmark(int repetitions, boolean quick, List<JavaHome> javas, boolean peers, Optional<Path> debian,
            PrintStream progress) {
        if (repetitions < 1 || repetitions > 99) {
            throw new IllegalArgumentException("repetitions " + repetitions + " is not between 1 and 99");
        }
        if (javas.isEmpty()) {
            throw new IllegalArgumentException("0 Javas to run on are not at least 1");
        }
        this.repetitions = repetitions;
        this.quick = quick;
        this.slice = TimeUnit.MILLISECONDS.toNanos(quick ? QUICK_SLICE_MILLIS : SLICE_MILLIS);
        this.javas = List.copyOf(javas);
        this.peers = peers;
        this.debian = debian;
        this.progress = progress;
    }

    /**
     * Runs everything; takes some minutes.
     *
     * @param directory an empty folder for the host and files; what is made in it stays
     * @return the results
     * @throws IOException when a process fails
     * @throws InterruptedException when interrupted
     */
    public VchanReport run(Path directory) throws IOException, InterruptedException {
        Path exchange = Files.createTempDirectory(
                Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : directory, "conduit-bench");
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("host")));
                Starter starter = new Starter(host.directory().path(), exchange)) {
            return run(starter, directory);
        } finally {
            delete(exchange);
        }
    }

    private VchanReport run(Starter starter, Path directory) throws IOException, InterruptedException {
        Samples samples = new Samples();
        List<String> notes = new ArrayList<>();
        Optional<References> references = Optional.empty();
        boolean inC = peers && CSources.canCompile();
        if (inC) {
            CSources sources = new CSources(directory);
            references = Optional.of(new References(sources.pingPong(), slice, samples));
            if (debian.isPresent()) {
                starter.prepareC(sources, debian.get());
            } else {
                notes.add("Debian's Xen libraries are not here, so libxenvchan is left out: run testbed/peers/fetch");
            }
        } else if (peers) {
            notes.add(CSources.MISSING);
        }
        if (!SystemCalls.possible()) {
            notes.add("system calls are not counted; on Debian: apt-get install strace");
        }
        if (peers && !Epoll.isAvailable()) {
            notes.add("Netty is left out: " + Epoll.unavailabilityCause().getMessage());
        }
        List<Subject> subjects = subjects(inC && debian.isPresent());
        for (int repetition = 1; repetition <= repetitions; repetition++) {
            for (Subject subject : subjects) {
                progress.printf("bench: run %d of %d, %s%n", repetition, repetitions, subject.label());
                try (Pair pair = starter.start(subject)) {
                    new Measurement(subject, pair, slice, samples).run(
                            repetition == 1 && traced(subject) ? Optional.of(directory) : Optional.empty());
                }
            }
            if (references.isPresent()) {
                references.get().run();
            }
        }
        return VchanReport.of(samples.figures(), javas, notes);
    }

    /** Tracing takes long: to see that it works, one is enough. */
    private boolean traced(Subject subject) {
        return SystemCalls.possible() && (!quick || subject.kind() == Kind.CONDUIT_ZERO_COPY);
    }

    private List<Subject> subjects(boolean withVchanInC) {
        List<Subject> subjects = new ArrayList<>();
        for (JavaHome java : javas) {
            Stream.of(Kind.values()).filter(Kind::isConduit).forEach(kind -> subjects.add(new Subject(kind, java)));
        }
        if (peers) {
            Stream.of(Kind.values())
                    .filter(kind -> !kind.isConduit())
                    .filter(kind -> !kind.isC() || withVchanInC)
                    .filter(kind -> kind != Kind.NETTY || Epoll.isAvailable())
                    .forEach(kind -> subjects.add(new Subject(kind, javas.get(0))));
        }
        return subjects;
    }

    /** Removes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
