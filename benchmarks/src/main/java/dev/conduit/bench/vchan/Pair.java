package dev.conduit.bench.vchan;

import java.io.IOException;

/** Two processes that move messages from one, the sender, to the other, or back and forth. */
final class Pair implements AutoCloseable {

    private static final long FIRST_COUNT = 500;
    private static final int MOST_GROWTH = 16;

    private final PeerProcess receiver;
    private final PeerProcess sender;

    Pair(PeerProcess receiver, PeerProcess sender) {
        this.receiver = receiver;
        this.sender = sender;
    }

    /**
     * What moving messages took; both sides together, but for the time, which is the receiver's.
     *
     * @param nanos time
     * @param processorNanos processor time
     * @param allocated bytes, or less than 0 when not known
     * @param events events sent, or less than 0 when not known
     */
    record Move(long nanos, long processorNanos, long allocated, long events) {}

    /** Times in nanoseconds, of the whole and of each round trip or message. */
    record Spread(long nanos, long p50, long p99, long p999, long max) {

        private static Spread of(long[] reply) {
            return new Spread(reply[0], reply[1], reply[2], reply[3], reply[4]);
        }
    }

    interface Work {
        long nanos(long count) throws IOException;
    }

    void meet(Kind.Wait wait) throws IOException {
        receiver.call("listen", wait);
        receiver.tell("meet", wait);
        sender.call("meet", wait);
        receiver.reply();
    }

    /** Moves messages, and checks the sum of all that is in them. */
    Move move(int size, long count) throws IOException {
        receiver.tell("receive", size, count);
        long[] sent = sender.call("send", size, count);
        long[] received = receiver.reply();
        if (received[4] != Message.sum(size, count)) {
            throw new IOException("what is in " + count + " messages of " + size + " bytes adds up to " + received[4]
                    + ", not to " + Message.sum(size, count));
        }
        return new Move(received[0], sent[1] + received[1], sent[2] + received[2], sent[3] + received[3]);
    }

    Spread trips(long count) throws IOException {
        receiver.tell("answer", count);
        Spread trips = Spread.of(sender.call("ask", count));
        receiver.reply();
        return trips;
    }

    /** One way, with messages that are due at a fixed rate a second. */
    Spread delays(long rate, long count) throws IOException {
        receiver.tell("collect", count);
        sender.call("pace", rate, count);
        return Spread.of(receiver.reply());
    }

    /** Does something more and more often until it takes half the time; returns how often fills the time. */
    static long countFor(long nanos, Work work) throws IOException {
        for (long count = FIRST_COUNT;; ) {
            double took = Math.max(1, work.nanos(count));
            double growth = nanos / took;
            if (growth <= 2) {
                return Math.max(FIRST_COUNT, (long) (count * growth));
            }
            count *= (long) Math.min(MOST_GROWTH, growth);
        }
    }

    /** Both processes. */
    long[] pids() {
        return new long[] {receiver.pid(), sender.pid()};
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
