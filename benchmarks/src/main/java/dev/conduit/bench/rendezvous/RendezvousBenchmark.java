package dev.conduit.bench.rendezvous;

import dev.conduit.bench.figure.Figure;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures connects by name on a local host in this process, with the default quotas: from the call of connect to the
 * first byte of the server, what XenStore is asked for that, and a crowd at once.
 */
public final class RendezvousBenchmark {

    private static final Duration DEADLINE = Duration.ofSeconds(120);
    private static final int DOMAINS = 10;
    private static final int COUNTED = 100;

    private final int connects;
    private final int crowd;
    private final PrintStream progress;
    private final List<Figure> figures = new ArrayList<>();
    private volatile boolean counting;

    /**
     * Prepares a benchmark.
     *
     * @param connects how many are made one after the other, at least 100; as many before that to warm up
     * @param crowd how many are made at once
     * @param progress gets a line a step
     * @throws IllegalArgumentException when there are fewer
     */
    public RendezvousBenchmark(int connects, int crowd, PrintStream progress) {
        if (connects < COUNTED || crowd < 1) {
            throw new IllegalArgumentException("a benchmark of " + connects + " connects and " + crowd
                    + " at once is smaller than " + COUNTED + " and 1");
        }
        this.connects = connects;
        this.crowd = crowd;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param directory an empty folder for the host; what is made in it stays
     * @return the figures
     * @throws IOException when a connect fails
     * @throws InterruptedException when interrupted
     */
    public List<Figure> run(Path directory) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool();
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try (LocalHost host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory))) {
            Path folder = host.directory().path();
            try {
                CountedPlatform serving = opened(open, new CountedPlatform(LocalPlatform.open(folder, "server")));
                ConduitServer server = opened(open, Conduit.open(serving)).listen("web");
                threads.submit(() -> answerUntilClosed(server));
                CountedPlatform asking = opened(open, new CountedPlatform(LocalPlatform.open(folder, "client")));
                List<Conduit> clients = new ArrayList<>(List.of(opened(open, Conduit.open(asking))));
                oneByOne(clients.get(0));
                count(clients.get(0), asking, serving);
                for (int i = 1; i < DOMAINS; i++) {
                    LocalPlatform platform = opened(open, LocalPlatform.open(folder, "client" + i));
                    clients.add(opened(open, Conduit.open(platform)));
                }
                atOnce(clients, threads);
            } finally {
                close(open);
                threads.shutdownNow();
            }
        }
        return figures;
    }

    private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> open, T one) {
        open.push(one);
        return one;
    }

    private static void close(Deque<AutoCloseable> open) throws IOException {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception failed) {
                throw new IOException("the benchmark cannot be closed: " + failed.getMessage(), failed);
            }
        }
    }

    private void oneByOne(Conduit client) throws IOException {
        progress.printf("bench: %d connects, one after the other%n", connects);
        long[] nanos = new long[connects];
        for (int i = -connects; i < connects; i++) {
            long begin = System.nanoTime();
            try (ConduitConnection connection = client.connect("web", DEADLINE)) {
                awaitByte(connection);
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - begin;
                }
            }
        }
        Arrays.sort(nanos);
        figures.add(new Figure("connect to first byte, median", nanos[connects / 2] / 1e3, "us"));
        figures.add(new Figure("connect to first byte, 99th of 100", nanos[connects * 99 / 100] / 1e3, "us"));
    }

    private void count(Conduit client, CountedPlatform asking, CountedPlatform serving) throws IOException {
        long askedBefore = asking.exchanges();
        long requestsBefore = asking.requests();
        long servedBefore = serving.exchanges();
        long servedRequestsBefore = serving.requests();
        Deque<ConduitConnection> made = new ArrayDeque<>();
        counting = true;
        for (int i = 0; i < COUNTED; i++) {
            made.push(client.connect("web", DEADLINE));
            awaitByte(made.peek());
        }
        figure("client: exchanges with XenStore a connect", asking.exchanges() - askedBefore);
        figure("client: requests in them", asking.requests() - requestsBefore);
        figure("server: exchanges with XenStore a connect", serving.exchanges() - servedBefore);
        figure("server: requests in them", serving.requests() - servedRequestsBefore);
        counting = false;
        made.forEach(ConduitConnection::close);
    }

    private void figure(String what, long all) {
        figures.add(new Figure(what, (double) all / COUNTED, ""));
    }

    private void atOnce(List<Conduit> clients, ExecutorService threads) throws IOException, InterruptedException {
        progress.printf("bench: %d connects of %d domains at once%n", crowd, clients.size());
        CyclicBarrier start = new CyclicBarrier(crowd);
        List<Callable<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < crowd; i++) {
            Conduit client = clients.get(i % clients.size());
            calls.add(() -> {
                start.await();
                try (ConduitConnection connection = client.connect("web", DEADLINE)) {
                    awaitByte(connection);
                }
                return true;
            });
        }
        long begin = System.nanoTime();
        for (Future<Boolean> each : threads.invokeAll(calls)) {
            try {
                each.get();
            } catch (ExecutionException failed) {
                throw new IOException("a connect of " + crowd + " at once failed: " + failed.getCause().getMessage(),
                        failed.getCause());
            }
        }
        figures.add(new Figure(crowd + " connects of " + clients.size() + " domains at once",
                (System.nanoTime() - begin) / 1e6, "ms"));
    }

    private static void awaitByte(ConduitConnection connection) throws IOException {
        if (connection.read(ByteBuffer.allocate(1), DEADLINE) != 1) {
            throw new IOException("the server of the benchmark closed without a byte");
        }
    }

    /** A byte at once. What closing costs is not counted: connections stay until all of them are made. */
    private Void answerUntilClosed(ConduitServer server) throws IOException {
        Deque<ConduitConnection> kept = new ArrayDeque<>();
        while (true) {
            try {
                ConduitConnection connection = server.accept(Duration.ofDays(1));
                connection.write(ByteBuffer.allocate(1));
                kept.push(connection);
            } catch (ClosedChannelException end) {
                return null;
            }
            while (!counting && !kept.isEmpty()) {
                kept.pop().close();
            }
        }
    }
}
