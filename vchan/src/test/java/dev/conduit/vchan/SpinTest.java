package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpinTest {

    private static final long LONGEST = 3200;

    private final StressRing ring = new StressRing(0, FlushPolicy.EACH_WRITE, 4);

    @Test
    void shouldFindWhatIsThere() throws Exception {
        ring.write();
        Spin spin = new Spin(LONGEST);
        assertThat(spin.until(ring.consumer, 1, Waiter.FOREVER)).isTrue();
        assertThat(spin.budget()).isEqualTo(LONGEST);
    }

    @Test
    void shouldSpinLessAfterEachFailureDownToAThirtySecond() throws Exception {
        Spin spin = new Spin(LONGEST);
        for (long budget : new long[] {1600, 800, 400, 200, 100, 100}) {
            assertThat(spin.until(ring.consumer, 1, Waiter.FOREVER)).isFalse();
            assertThat(spin.budget()).isEqualTo(budget);
        }
        ring.write();
        assertThat(spin.until(ring.consumer, 1, Waiter.FOREVER)).isTrue();
        assertThat(spin.budget()).isEqualTo(200);
    }

    @Test
    void shouldSpinMoreAfterShortSleepsOnly() throws Exception {
        Spin spin = new Spin(LONGEST);
        for (int i = 0; i < 10; i++) {
            spin.until(ring.consumer, 1, Waiter.FOREVER);
        }
        spin.slept(2 * LONGEST);
        assertThat(spin.budget()).isEqualTo(100);
        spin.slept(2 * LONGEST - 1);
        assertThat(spin.budget()).isEqualTo(400);
        spin.slept(1);
        spin.slept(1);
        assertThat(spin.budget()).isEqualTo(LONGEST);
    }

    @Test
    void shouldOfferProcessorEarlierWhileThatHelps() throws Exception {
        long longest = TimeUnit.MILLISECONDS.toNanos(160);
        Spin spin = new Spin(longest);
        assertThat(spin.alone()).isEqualTo(longest / 8);
        assertThat(spin.until(new LateHalf(longest / 2), 1, Waiter.FOREVER)).isTrue();
        assertThat(spin.alone()).isEqualTo(longest / 16);
        assertThat(spin.until(new LateHalf(0), 1, Waiter.FOREVER)).isTrue();
        assertThat(spin.alone()).isEqualTo(longest / 8);
    }

    @Test
    void shouldNeverSpinWhenOff() throws Exception {
        ring.write();
        Spin spin = new Spin(0);
        assertThat(spin.until(ring.consumer, 1, Waiter.FOREVER)).isFalse();
        spin.slept(0);
        assertThat(spin.budget()).isZero();
    }

    /** Has a byte after a while. */
    private final class LateHalf extends RingHalf {
        private final long when;

        LateHalf(long nanos) {
            super(ring.serverLink, StressRing.SIZE, VchanPage.LEFT_CONS, VchanPage.LEFT_PROD, VchanPage.NOTIFY_READ,
                    VchanPage.NOTIFY_WRITE, false, new Spin(0));
            when = System.nanoTime() + nanos;
        }

        @Override
        int amount(int own, int peer) {
            return System.nanoTime() >= when ? 1 : 0;
        }

        @Override
        int mostPeerProgress(int published, int peer) {
            return StressRing.SIZE;
        }
    }
}
