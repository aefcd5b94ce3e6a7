package dev.conduit.vchan;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader about to sleep against a writer: bytes seen, event sent. */
@JCStressTest
@State
@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "The reader sees the byte and does not sleep.")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The reader sees the byte and gets an event for nothing.")
@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "The reader sleeps, and the event wakes it.")
@Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "The reader sleeps for ever.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A byte that nobody wrote, or a false violation.")
public class ReaderSleepsStress {

    private final StressRing ring = new StressRing(0, FlushPolicy.EACH_WRITE, 4);

    /** Writes. */
    @Actor
    public void writer() {
        ring.write();
    }

    /** Asks, then looks. */
    @Actor
    public void reader(II_Result result) {
        ring.consumer.request();
        result.r1 = ring.readable();
    }

    /** Collects. */
    @Arbiter
    public void after(II_Result result) {
        result.r2 = ring.eventFromClient();
    }
}
