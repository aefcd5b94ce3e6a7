package dev.conduit.vchan;

import java.io.IOException;

/**
 * Whether a call of a channel would get on, for who does not wait in it. Thread-safe.
 *
 * <p>The order that keeps a wake-up from being lost is that of {@link Waiter}, spread over its callers: read the event
 * count; {@link #arm}; only when that says no, sleep until the count changes.
 */
final class Readiness {

    private final Link link;
    private final Producer producer;
    private final Consumer consumer;
    private volatile int data = 1;
    private volatile int space;

    Readiness(Link link, Producer producer, Consumer consumer) {
        this.link = link;
        this.producer = producer;
        this.consumer = consumer;
    }

    /** Sets how much must be there, 0 to the ring's size; 0 does not matter. */
    void want(int leastData, int leastSpace) {
        check("data", leastData, consumer);
        check("space", leastSpace, producer);
        data = leastData;
        space = leastSpace;
    }

    private static void check(String what, int least, RingHalf half) {
        if (least < 0 || least > half.size) {
            throw new IllegalArgumentException(
                    least + " bytes of " + what + " are not between 0 and the ring of " + half.size);
        }
    }

    /** Whether enough is there, or the channel has ended or failed, which the next call tells. */
    boolean now() {
        int wantedData = data;
        int wantedSpace = space;
        try {
            return wantedData > 0 && consumer.look() >= wantedData
                    || wantedSpace > 0 && producer.look() >= wantedSpace || link.peerEnded();
        } catch (IOException thrownAgainByTheNextCall) {
            return true;
        }
    }

    /** Publishes what the peer may need to go on, asks it for events, and looks again behind a full fence. */
    boolean arm() {
        producer.publishDeferred();
        consumer.publishDeferred();
        if (data > 0) {
            consumer.request();
        }
        if (space > 0) {
            producer.request();
        }
        return now();
    }

    /** What is done now and then without an event, in case the peer lost one. */
    boolean watch() {
        link.remindPeer();
        return now();
    }

    Link link() {
        return link;
    }
}
