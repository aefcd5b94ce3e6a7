package dev.conduit.synjitsu.tcp;

import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The active side of TCP, small and pedantic: sends its stream in segments of random sizes, again and again until it is
 * acknowledged, probes a closed window, and then sends its FIN. It checks what it is sent as a strict kernel would.
 */
final class SimulatedClient {

    private static final long RETRY_NANOS = 300_000_000;
    private static final int MOST_DATA = 1400;

    final byte[] stream;
    final int port;
    final boolean timestamps;
    private final boolean scaling;
    private final boolean fin;
    private final boolean cookies;
    private final IpAddress own;
    private final IpAddress service;
    private final SplittableRandom random;
    private final Consumer<Segment> output;
    private final int first;

    boolean established;
    private int acknowledged;
    private int sentUpTo;
    private int edge;
    private int shift;
    private int theirNext;
    private int theirClock;
    private boolean heardTheirClock;
    private long retryAt;
    private long now;

    SimulatedClient(IpAddress own, int port, IpAddress service, byte[] stream, boolean fin, boolean cookies,
            SplittableRandom random, Consumer<Segment> output) {
        this.own = own;
        this.port = port;
        this.service = service;
        this.stream = stream;
        this.fin = fin;
        this.cookies = cookies;
        this.random = random;
        this.output = output;
        timestamps = random.nextBoolean();
        scaling = random.nextBoolean();
        first = random.nextInt();
    }

    /** Everything is acknowledged, or all that a closed window allows. */
    boolean isDone() {
        return established && (acknowledged == length() || acknowledged == edge && acknowledged >= Simulation.WINDOW);
    }

    /** How much of the stream the front says that it has. */
    int acknowledgedData() {
        return Math.min(acknowledged, stream.length);
    }

    boolean isFinAcknowledged() {
        return fin && acknowledged == length();
    }

    void turn(long time) {
        now = time;
        if (!established) {
            if (now >= retryAt) {
                output.accept(Segment.from(own, port, service, Rig.PORT).flags(Segment.SYN).sequence(first).window(60_000)
                        .options(new TcpOptions(1460, scaling ? 7 : -1, random.nextBoolean(), timestamps, clock(), 0,
                                new int[0])).build());
                retryAt = now + 1_000_000_000;
            }
            return;
        }
        if (now >= retryAt && acknowledged < length()) {
            sentUpTo = acknowledged;
            boolean closed = edge <= acknowledged;
            retryAt = now + RETRY_NANOS;
            if (closed) {
                send(acknowledged, Math.min(1, length() - acknowledged));
                return;
            }
        }
        while (sentUpTo < length() && sentUpTo < edge && sentUpTo - acknowledged < 20_000) {
            int size = Math.min(1 + random.nextInt(MOST_DATA), Math.min(length(), edge) - sentUpTo);
            send(sentUpTo, size);
            sentUpTo += size;
        }
    }

    void receive(Segment segment, long time) {
        now = time;
        check(!segment.has(Segment.RST), "reset", segment);
        check(segment.has(Segment.ACK), "no acknowledgement", segment);
        check(segment.options().timestamps() == timestamps, "timestamps or not", segment);
        if (timestamps) {
            if (heardTheirClock && segment.options().timestamp() - theirClock < 0) {
                return;
            }
            boolean expected = !established || segment.sequence() + (segment.has(Segment.SYN) ? 1 : 0) == theirNext;
            if (expected) {
                theirClock = segment.options().timestamp();
                heardTheirClock = true;
            }
        }
        if (segment.has(Segment.SYN)) {
            if (!established) {
                check(segment.acknowledgement() == first + 1, "acknowledges another SYN", segment);
                established = true;
                theirNext = segment.sequence() + 1;
                shift = Math.max(0, segment.options().windowScale());
                check(scaling || segment.options().windowScale() < 0, "scale that was not offered", segment);
                edge = segment.window();
                retryAt = now + RETRY_NANOS;
            } else {
                // A cookie, and the answer to the same SYN when there was room, begin differently; the first one holds.
                check(cookies || segment.sequence() + 1 == theirNext, "another initial sequence number", segment);
            }
            send(sentUpTo, 0);
            return;
        }
        if (!established) {
            return;
        }
        int at = segment.acknowledgement() - (first + 1);
        check(segment.sequence() == theirNext, "sequence number of a side that sends nothing", segment);
        check(at >= 0 && at <= length(), "acknowledges what was never sent", segment);
        for (int block : segment.options().sackBlocks()) {
            check(block - first - 1 > 0 && block - first - 1 <= length(), "selects what was never sent", segment);
        }
        if (at >= acknowledged) {
            int newEdge = at + (segment.window() << shift);
            boolean onlyFin = at == length() && fin;
            check(onlyFin || newEdge > edge - (1 << shift), "window shrinks from " + edge + " to " + newEdge, segment);
            acknowledged = at;
            sentUpTo = Math.max(sentUpTo, at);
            edge = newEdge;
            retryAt = now + RETRY_NANOS;
        }
    }

    private int length() {
        return stream.length + (fin ? 1 : 0);
    }

    /** The FIN is the last position of the stream. */
    private void send(int at, int size) {
        int data = Math.max(0, Math.min(size, stream.length - at));
        boolean last = fin && at + size == length() && size > 0;
        output.accept(Segment.from(own, port, service, Rig.PORT)
                .flags(Segment.ACK | (last ? Segment.FIN : 0))
                .sequence(first + 1 + at)
                .acknowledgement(theirNext)
                .window(60_000)
                .options(new TcpOptions(-1, -1, false, timestamps, clock(), theirClock, new int[0]))
                .payload(ByteBuffer.wrap(stream, Math.min(at, stream.length), data))
                .build());
    }

    private int clock() {
        return (int) (now / 1_000_000) + first;
    }

    private static void check(boolean holds, String what, Segment segment) {
        if (!holds) {
            throw new AssertionError(what + ": " + segment);
        }
    }
}
