package dev.conduit.vchan;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A writer about to sleep at a full ring against a reader that gives space back: bytes free, event sent. */
@JCStressTest
@State
@Outcome(id = "8, 0", expect = Expect.ACCEPTABLE, desc = "The writer sees the space and does not sleep.")
@Outcome(id = "8, 1", expect = Expect.ACCEPTABLE, desc = "The writer sees the space and gets an event for nothing.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The writer sleeps, and the event wakes it.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The writer sleeps for ever.")
@Outcome(expect = Expect.FORBIDDEN, desc = "Space that nobody gave back, or a false violation.")
public class WriterSleepsStress {

    private final StressRing ring = new StressRing(StressRing.SIZE, FlushPolicy.EACH_WRITE, 4);

    /** Gives half the ring back. */
    @Actor
    public void reader() {
        ring.consumer.release(8);
    }

    /** Asks, then looks. */
    @Actor
    public void writer(II_Result result) {
        ring.producer.request();
        result.r1 = ring.free();
    }

    /** Collects. */
    @Arbiter
    public void after(II_Result result) {
        result.r2 = ring.eventFromServer();
    }
}
