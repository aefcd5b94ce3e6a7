package dev.conduit.vchan;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A writer writes and ends; the reader looks at the end, then at the index: ended, bytes. */
@JCStressTest
@State
@Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = Expect.ACCEPTABLE, desc = "Who sees the end sees the last byte.")
@Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "The last byte is lost.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A wrong byte or a false violation.")
public class EndStress {

    private final StressRing ring = new StressRing(0, FlushPolicy.EACH_WRITE, 4);

    /** Writes and ends. */
    @Actor
    public void writer() {
        ring.write();
        ring.words.storeLiveRelease(VchanPage.CLI_LIVE, VchanPage.LIVE_GONE);
    }

    /** Looks. */
    @Actor
    public void reader(II_Result result) {
        result.r1 = ring.serverLink.state() == VchanState.PEER_CLOSED ? 1 : 0;
        result.r2 = ring.readable();
    }
}
