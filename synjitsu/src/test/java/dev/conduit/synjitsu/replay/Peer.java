package dev.conduit.synjitsu.replay;

import dev.conduit.synjitsu.wire.IpAddress;
import dev.conduit.synjitsu.wire.Segment;
import dev.conduit.synjitsu.wire.TcpOptions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A small and pedantic TCP of either side: sends a stream and its FIN, keeps what it is sent, and checks each segment. */
final class Peer {

    private static final long RETRY_NANOS = 300_000_000L;
    private static final int MOST_IN_FLIGHT = 20_000;
    private static final int LARGEST = 1460;

    final byte[] stream;
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    boolean open;
    boolean hasTheirFin;
    private final IpAddress own;
    private final int port;
    private final IpAddress other;
    private final int otherPort;
    private final boolean active;
    private final SplittableRandom random;
    private final Consumer<Segment> output;
    private final int first;
    private final int clockOffset;
    private final int buffer;
    private int scale;
    private boolean sack;
    boolean timestamps;

    private boolean established;
    private int acknowledged;
    private int sent;
    private int mostSent;
    private int edge;
    private int theirScale;
    private int theirFirst;
    private int theirLargest = 536;
    private int theirClock;
    private final TreeMap<Integer, byte[]> early = new TreeMap<>();
    private int theirEnd = -1;
    private long retryAt;
    private long now;

    Peer(IpAddress own, int port, IpAddress other, int otherPort, byte[] stream, boolean active, SplittableRandom random,
            Consumer<Segment> output) {
        this.own = own;
        this.port = port;
        this.other = other;
        this.otherPort = otherPort;
        this.stream = stream;
        this.active = active;
        this.random = random;
        this.output = output;
        first = random.nextBoolean() ? random.nextInt() : -random.nextInt(20_000);
        clockOffset = random.nextBoolean() ? random.nextInt() : -random.nextInt(5_000);
        buffer = 5_000 + random.nextInt(50_000);
        scale = random.nextInt(5) == 0 ? -1 : random.nextInt(9);
        sack = random.nextBoolean();
        timestamps = random.nextBoolean();
    }

    boolean isDone() {
        return established && acknowledged == length() && hasTheirFin;
    }

    @Override
    public String toString() {
        return (active ? "client" : "guest") + " that sent " + acknowledged + " to " + sent + " of " + length() + " and got "
                + received.size() + (hasTheirFin ? " and FIN" : "") + ", edge " + edge;
    }

    private int length() {
        return stream.length + 1;
    }

    void turn(long time) {
        now = time;
        if (!established) {
            if (active && now >= retryAt) {
                retryAt = now + 1_000_000_000;
                output.accept(builder(Segment.SYN, 0).window(buffer).options(new TcpOptions(LARGEST, scale, sack, timestamps,
                        clock(), 0, new int[0])).build());
            }
            return;
        }
        if (now >= retryAt && acknowledged < length()) {
            retryAt = now + RETRY_NANOS;
            sent = acknowledged;
            if (edge <= acknowledged) {
                send(acknowledged, 1);
                sent = acknowledged;
                return;
            }
        }
        while (sent < length() && sent < edge && sent - acknowledged < MOST_IN_FLIGHT) {
            int size = Math.min(1 + random.nextInt(largest()), Math.min(length(), edge) - sent);
            send(sent, size);
            sent += size;
        }
    }

    private int largest() {
        return Math.min(theirLargest, LARGEST) - (timestamps ? 12 : 0);
    }

    void receive(Segment segment, long time) {
        now = time;
        if (!active && !open) {
            if (!segment.has(Segment.RST)) {
                output.accept(Segment.from(own, port, other, otherPort).flags(Segment.RST | Segment.ACK)
                        .acknowledgement(segment.sequence() + segment.sequenceLength()).build());
            }
            return;
        }
        check(!segment.has(Segment.RST), "reset", segment);
        TcpOptions options = segment.options();
        if (segment.has(Segment.SYN)) {
            synchronise(segment, options);
            return;
        }
        if (theirFirst == 0 && !established) {
            return;
        }
        check(segment.has(Segment.ACK), "no acknowledgement", segment);
        check(options.timestamps() == timestamps, "timestamps or not", segment);
        int at = segment.sequence() - theirFirst - 1;
        if (timestamps) {
            check(options.timestampEcho() - clock() <= 0, "echoes what was never sent", segment);
            if (options.timestamp() - theirClock < 0) {
                acknowledge();
                return;
            }
            if (at <= received.size()) {
                theirClock = options.timestamp();
            }
        }
        established = true;
        int number = segment.acknowledgement() - first - 1;
        check(number <= mostSent, "acknowledges what was never sent: " + number + " of " + mostSent, segment);
        for (int block : options.sackBlocks()) {
            int edgeOf = block - first - 1;
            check(sack && edgeOf >= 0 && edgeOf <= mostSent, "selects what was never sent", segment);
        }
        check(segment.payloadLength() + (timestamps ? 12 : 0) <= LARGEST, "too large", segment);
        if (number >= acknowledged) {
            if (number > acknowledged) {
                retryAt = now + RETRY_NANOS;
            }
            acknowledged = number;
            sent = Math.max(sent, number);
            edge = Math.max(edge, number + (segment.window() << Math.max(0, theirScale)));
        }
        take(segment, at);
    }

    private void synchronise(Segment segment, TcpOptions options) {
        boolean answer = active;
        check(segment.has(Segment.ACK) == answer, "SYN or SYN-ACK", segment);
        if (theirFirst != 0) {
            check(segment.sequence() == theirFirst, "another initial sequence number", segment);
        } else {
            theirFirst = segment.sequence();
            if (options.windowScale() < 0 || scale < 0) {
                check(!active || options.windowScale() < 0, "scale that was not offered", segment);
                scale = -1;
                theirScale = -1;
            } else {
                theirScale = options.windowScale();
            }
            check(!active || sack || !options.sackPermitted(), "SACK that was not offered", segment);
            sack &= options.sackPermitted();
            timestamps &= options.timestamps();
            theirLargest = options.maxSegment();
            theirClock = options.timestamp();
            edge = segment.window();
        }
        if (active) {
            check(segment.acknowledgement() == first + 1, "acknowledges another SYN", segment);
            established = true;
            acknowledge();
        } else {
            output.accept(builder(Segment.SYN | Segment.ACK, 0).acknowledgement(theirFirst + 1).window(Math.min(65_535, buffer))
                    .options(new TcpOptions(LARGEST, scale, sack, timestamps, clock(), theirClock, new int[0])).build());
        }
    }

    private void take(Segment segment, int at) {
        if (segment.payloadLength() == 0 && !segment.has(Segment.FIN)) {
            return;
        }
        byte[] data = new byte[segment.payloadLength()];
        segment.payload().get(data);
        if (at + data.length <= received.size() + buffer) {
            if (data.length > 0 && at + data.length > received.size()) {
                early.put(at, data.length > early.getOrDefault(at, new byte[0]).length ? data : early.get(at));
            }
            if (segment.has(Segment.FIN)) {
                theirEnd = at + data.length;
            }
        }
        while (!early.isEmpty() && early.firstKey() <= received.size()) {
            Map.Entry<Integer, byte[]> piece = early.pollFirstEntry();
            int skip = received.size() - piece.getKey();
            if (skip < piece.getValue().length) {
                received.write(piece.getValue(), skip, piece.getValue().length - skip);
            }
        }
        hasTheirFin = theirEnd == received.size();
        acknowledge();
    }

    private void acknowledge() {
        List<Integer> blocks = new ArrayList<>();
        if (sack) {
            early.forEach((at, data) -> {
                if (blocks.size() < 6) {
                    blocks.add(theirFirst + 1 + at);
                    blocks.add(theirFirst + 1 + at + data.length);
                }
            });
        }
        output.accept(builder(Segment.ACK, mostSent).acknowledgement(next())
                .window(window()).options(options(blocks.stream().mapToInt(Integer::intValue).toArray())).build());
    }

    private int next() {
        return theirFirst + 1 + received.size() + (hasTheirFin ? 1 : 0);
    }

    private int window() {
        return Math.min(65_535, buffer >> Math.max(0, scale));
    }

    private TcpOptions options(int[] blocks) {
        return new TcpOptions(-1, -1, false, timestamps, clock(), theirClock, blocks);
    }

    private Segment.Builder builder(int flags, int at) {
        return Segment.from(own, port, other, otherPort).flags(flags).sequence(flags == Segment.ACK ? first + 1 + at : first);
    }

    /** The FIN is the last position of the stream. */
    private void send(int at, int size) {
        int data = Math.max(0, Math.min(size, stream.length - at));
        boolean last = at + size == length();
        mostSent = Math.max(mostSent, at + size);
        output.accept(Segment.from(own, port, other, otherPort).flags(Segment.ACK | (last ? Segment.FIN : 0))
                .sequence(first + 1 + at).acknowledgement(next()).window(window()).options(options(new int[0]))
                .payload(ByteBuffer.wrap(stream, Math.min(at, stream.length), data)).build());
    }

    private int clock() {
        return (int) (now / 1_000_000) + clockOffset;
    }

    private void check(boolean holds, String what, Segment segment) {
        if (!holds) {
            throw new AssertionError((active ? "client: " : "guest: ") + what + ": " + segment + " " + segment.options());
        }
    }
}
