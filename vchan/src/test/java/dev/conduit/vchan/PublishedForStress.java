package dev.conduit.vchan;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A thread that is not the writer publishes what the writer keeps back, and looks at the ring as a reader does. */
@JCStressTest
@State
@Outcome(id = {"0, 0", "0, 1", "0, 2", "1, 1", "1, 2", "2, 2"}, expect = Expect.ACCEPTABLE,
        desc = "The index only grows, and the bytes before it are there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "The index went back, or came before its bytes.")
public class PublishedForStress {

    private final StressRing ring = new StressRing(0, FlushPolicy.EXPLICIT, 4);

    /** Writes and keeps back. */
    @Actor
    public void writer() {
        ring.write();
        ring.write();
    }

    /** Publishes what it finds and looks, twice. */
    @Actor
    public void other(II_Result result) {
        ring.producer.publishDeferred();
        result.r1 = ring.readable();
        ring.producer.publishDeferred();
        result.r2 = ring.readable();
    }
}
