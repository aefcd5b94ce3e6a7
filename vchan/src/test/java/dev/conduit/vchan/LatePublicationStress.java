package dev.conduit.vchan;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A writer that publishes its second byte while another thread publishes for it: index in the page, right bytes. */
@JCStressTest
@State
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "The newest index stays, and both bytes are there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "An older index was stored over a newer one, or came before its bytes.")
public class LatePublicationStress {

    private final StressRing ring = new StressRing(0, FlushPolicy.batched(2), 4);

    /** Writes two bytes, and publishes at the second. */
    @Actor
    public void writer() {
        ring.write();
        ring.write();
    }

    /** Publishes what it finds. */
    @Actor
    public void other() {
        ring.producer.publishDeferred();
    }

    /** Collects. */
    @Arbiter
    public void after(II_Result result) {
        ring.producer.publishDeferred();
        result.r1 = ring.page.getInt(VchanPage.LEFT_PROD);
        result.r2 = ring.readable();
    }
}
