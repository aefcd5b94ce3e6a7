package dev.conduit.bench.vchan;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What one of the two processes can be told to do. Commands and replies are the same in {@code vchan_peer.c}. */
final class Peer implements Closeable {

    private static final long[] DONE = {};
    private static final int DIGITS = 3;

    private final Meeting meeting;
    private final Usage usage = new Usage();
    private Transport transport;

    Peer(Meeting meeting) {
        this.meeting = meeting;
    }

    private interface Work {
        long run() throws IOException;
    }

    private interface Recording {
        void into(Histogram histogram) throws IOException;
    }

    /**
     * Obeys one command; times are in nanoseconds.
     *
     * <pre>
     * listen SPINNING|SLEEPING   receiver, before meet
     * meet SPINNING|SLEEPING
     * send SIZE COUNT            time, processor time, bytes allocated, events sent, 0; -1 for what is not known
     * receive SIZE COUNT         the same, and the sum of what was received
     * ask COUNT                  time, then of the round trips: p50, p99, p99.9, max
     * answer COUNT               for ask
     * pace RATE COUNT            sends so many a second, each with the time it was due in it
     * collect COUNT              for pace: time, then from due to received: p50, p99, p99.9, max
     * </pre>
     */
    long[] obey(String... words) throws IOException {
        switch (words[0]) {
            case "listen" -> {
                close();
                meeting.listen(words[1].equals(Kind.Wait.SLEEPING.name()));
            }
            case "meet" -> {
                close();
                transport = meeting.meet(words[1].equals(Kind.Wait.SLEEPING.name()));
            }
            case "send" -> {
                return measured(() -> {
                    transport.send(Integer.parseInt(words[1]), 0, number(words[2]));
                    return 0;
                });
            }
            case "receive" -> {
                return measured(() -> transport.receive(Integer.parseInt(words[1]), number(words[2])));
            }
            case "ask" -> {
                return recorded(trips -> transport.ask(number(words[1]), trips));
            }
            case "answer" -> transport.answer(number(words[1]));
            case "pace" -> pace(number(words[1]), number(words[2]));
            case "collect" -> {
                return recorded(delays -> transport.collect(number(words[1]), delays));
            }
            default -> throw new IOException("unknown command '" + words[0] + "'");
        }
        return DONE;
    }

    private long[] measured(Work work) throws IOException {
        long events = transport.events();
        Usage.Sample before = usage.sample();
        long sum = work.run();
        Usage.Sample after = usage.sample();
        return new long[] {after.nanos() - before.nanos(), after.processor() - before.processor(),
            after.allocated() - before.allocated(), events < 0 ? -1 : transport.events() - events, sum};
    }

    private static long[] recorded(Recording recording) throws IOException {
        Histogram histogram = new Histogram(TimeUnit.MINUTES.toNanos(10), DIGITS);
        long begin = System.nanoTime();
        recording.into(histogram);
        return new long[] {System.nanoTime() - begin, histogram.getValueAtPercentile(50),
            histogram.getValueAtPercentile(99), histogram.getValueAtPercentile(99.9), histogram.getMaxValue()};
    }

    /** Late messages are sent at once; that they are late is in them. */
    private void pace(long rate, long count) throws IOException {
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            long due = start + i * TimeUnit.SECONDS.toNanos(1) / rate;
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            transport.send(Transport.PING, due, 1);
        }
    }

    private static long number(String word) {
        return Long.parseLong(word);
    }

    @Override
    public void close() throws IOException {
        if (transport != null) {
            transport.close();
            transport = null;
        }
    }
}
