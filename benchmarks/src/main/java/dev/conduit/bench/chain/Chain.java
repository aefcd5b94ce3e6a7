package dev.conduit.bench.chain;

import dev.conduit.bench.ServerProcess;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ConnectOptions;
import dev.conduit.vchan.FlushPolicy;
import dev.conduit.vchan.VchanOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** A running chain; this process, a domain as well, is what stands before its first function and behind its last. */
final class Chain implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int BATCH_BYTES = 8192;
    private static final int LIFE_TIME = 64;
    private static final int UDP_PORT = 5000;
    /** A port nothing is sent to. */
    private static final String DROPPED = "9";

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ExecutorService sender = Executors.newSingleThreadExecutor();
    private ConduitConnection first;
    private ConduitConnection last;
    private int functions;

    private Chain() {}

    /** Starts the functions from the last to the first, since each connects to the next one. */
    static Chain start(Path directory, List<String> function, int functions) throws IOException {
        Chain chain = new Chain();
        boolean done = false;
        try {
            chain.build(directory, function, functions);
            done = true;
            return chain;
        } finally {
            if (!done) {
                chain.close();
            }
        }
    }

    private void build(Path directory, List<String> function, int count) throws IOException {
        functions = count;
        Conduit conduit = opened(Conduit.open(opened(LocalPlatform.open(directory, "tester"))));
        ConduitServer end = opened(conduit.listen("end"));
        String next = "end";
        for (int i = count; i >= 1; i--) {
            String name = "function" + i;
            begin(directory, function, name, next);
            if (i == count) {
                last = opened(end.accept(LIMIT));
            }
            next = name;
        }
        first = opened(conduit.connect(next, LIMIT, ConnectOptions.defaults()
                .withChannel(VchanOptions.defaults().withFlush(FlushPolicy.batched(BATCH_BYTES)))));
    }

    private void begin(Path directory, List<String> function, String name, String next) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(function)).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.command().addAll(List.of(name, next, DROPPED));
        builder.environment().put("CONDUIT_DIR", directory.toString());
        builder.environment().put("CONDUIT_PLATFORM", "local");
        ServerProcess process = opened(ServerProcess.start(builder, LIFE));
        BufferedReader output = new BufferedReader(
                new InputStreamReader(process.process().getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (!("listening as " + name).equals(line)) {
            throw new IOException("function " + name + " did not start: it said " + line);
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.push(one);
        return one;
    }

    /**
     * Sends packets and waits until all have come out at the end, in order and changed as they must be.
     *
     * @param pauseNanos between two packets; 0: as fast as they go
     * @return how long each one was under way in nanoseconds, when there are pauses; else nothing
     */
    long[] carry(int size, int count, long pauseNanos) throws IOException, InterruptedException {
        Future<Void> sending = sender.submit(() -> send(size, count, pauseNanos));
        long[] delays = new long[pauseNanos == 0 ? 0 : count];
        ByteBuffer packet = ByteBuffer.allocateDirect(size);
        for (int number = 0; number < count; number++) {
            if (!last.receive(packet.clear(), LIMIT)) {
                throw new IOException("the chain ended after " + number + " of " + count + " packets");
            }
            if (pauseNanos != 0) {
                delays[number] = System.nanoTime() - TestPacket.time(packet);
            }
            int passed = LIFE_TIME - TestPacket.lifeTime(packet);
            if (TestPacket.number(packet) != number || passed != functions || TestPacket.sum(packet) != 0xFFFF) {
                throw new IOException("packet " + number + " came as " + TestPacket.number(packet) + ", having passed "
                        + passed + " of " + functions + " functions, with a header sum of "
                        + Integer.toHexString(TestPacket.sum(packet)));
            }
        }
        try {
            sending.get();
        } catch (ExecutionException failed) {
            throw new IOException("sending failed: " + failed.getCause().getMessage(), failed.getCause());
        }
        return delays;
    }

    private Void send(int size, int count, long pauseNanos) throws IOException {
        ByteBuffer packet = TestPacket.udp(size, LIFE_TIME, UDP_PORT);
        for (int number = 0; number < count; number++) {
            if (pauseNanos != 0) {
                first.flush();
                LockSupport.parkNanos(pauseNanos);
            }
            TestPacket.stamp(packet, number, pauseNanos == 0 ? 0 : System.nanoTime());
            first.send(packet.clear(), LIMIT);
        }
        first.flush();
        return null;
    }

    @Override
    public void close() throws IOException {
        sender.shutdownNow();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception failed) {
                throw new IOException("the chain cannot be closed: " + failed.getMessage(), failed);
            }
        }
    }
}
