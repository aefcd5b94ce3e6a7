package dev.conduit.vchan;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Both sides change their parts of the flags word at once: live bytes and notify bytes afterwards. */
@JCStressTest
@State
@Outcome(id = "0, 770", expect = Expect.ACCEPTABLE, desc = "Every change is there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "One side undid what the other did.")
public class FlagsStress {

    private final StressRing ring = new StressRing(0, FlushPolicy.EACH_WRITE, 4);

    /** Sets bits in srv_notify, clears one in cli_notify, ends. */
    @Actor
    public void client() {
        ring.clientLink.request(VchanPage.NOTIFY_WRITE);
        ring.words.storeLiveRelease(VchanPage.CLI_LIVE, VchanPage.LIVE_GONE);
        ring.clientLink.request(VchanPage.NOTIFY_READ);
    }

    /** Sets a bit in cli_notify, ends. */
    @Actor
    public void server() {
        ring.serverLink.request(VchanPage.NOTIFY_READ);
        ring.words.storeLiveRelease(VchanPage.SRV_LIVE, VchanPage.LIVE_GONE);
    }

    /** Collects. */
    @Arbiter
    public void after(II_Result result) {
        result.r1 = ring.page.getShort(VchanPage.CLI_LIVE);
        result.r2 = ring.page.getShort(VchanPage.CLI_NOTIFY);
    }
}
