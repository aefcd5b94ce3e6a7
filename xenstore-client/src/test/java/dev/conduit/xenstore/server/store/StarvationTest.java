package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A domain that writes all the time must not keep others from committing (XSA-206); under a simulated clock. */
class StarvationTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final StoreFixture fixture = new StoreFixture();
    private final Client dom0 = fixture.dom0();
    private final Client storm = fixture.guest(5);
    private final Client other = fixture.guest(6);

    StarvationTest() {
        storm.write("/g5/a", "0");
        storm.chmod("/g5/a", "n5", "r6");
    }

    /** One try of a transaction that takes so long, while the storm writes whenever it may. */
    private String attempt(Client victim, String result, long millis) {
        int tx = victim.begin();
        victim.read(tx, "/g5/a");
        for (long i = 0; i < millis; i++) {
            fixture.pass(MILLI);
            if (storm.session().restNanos() == 0) {
                storm.write("/g5/a", "" + System.nanoTime());
            }
        }
        victim.write(tx, result, "done");
        return victim.commit(tx);
    }

    private int attempts(Client victim, String result, long millis) {
        int attempts = 1;
        while (attempt(victim, result, millis).equals("EAGAIN")) {
            attempts++;
            assertThat(attempts).as("attempts of a transaction of %d ms", millis).isLessThan(50);
        }
        return attempts;
    }

    @Test
    void shouldLetThePrivilegedDomainCommitAgainstAStorm() {
        assertThat(attempts(dom0, "/result", 3)).isBetween(6, 8);
        assertThat(attempts(dom0, "/result", 100)).isBetween(6, 12);
        assertThat(attempts(dom0, "/result", 2000)).isBetween(6, 20);
    }

    @Test
    void shouldLetGuestsCommitAgainstAStorm() {
        assertThat(attempts(other, "/g6/result", 3)).isBetween(6, 8);
    }

    @Test
    void shouldNotSlowDownADomainMuchForAnotherGuest() {
        for (int i = 0; i < 30; i++) {
            attempt(other, "/g6/result", 100);
            assertThat(storm.session().restNanos()).isLessThanOrEqualTo(20 * MILLI);
        }
    }

    @Test
    void shouldCountTransactionsSideBySideOnce() {
        int[] open = new int[9];
        for (int i = 0; i < open.length; i++) {
            open[i] = other.begin();
            other.read(open[i], "/g5/a");
            other.write(open[i], "/g6/" + i, "");
        }
        storm.write("/g5/a", "1");
        for (int tx : open) {
            assertThat(other.commit(tx)).isEqualTo("EAGAIN");
        }
        assertThat(storm.session().restNanos()).isZero();
    }

    @Test
    void shouldForgetWithACommit() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 5; i++) {
                assertThat(attempt(dom0, "/result", 1)).isEqualTo("EAGAIN");
            }
            dom0.write("/result", "");
            int tx = dom0.begin();
            dom0.write(tx, "/other", "");
            assertThat(dom0.commit(tx)).isEqualTo("OK");
            assertThat(storm.session().restNanos()).isZero();
        }
    }

    @Test
    void shouldNeverHaveThePrivilegedDomainRest() {
        dom0.write("/shared", "");
        dom0.chmod("/shared", "n0", "r6");
        for (int i = 0; i < 20; i++) {
            int tx = other.begin();
            other.read(tx, "/shared");
            other.write(tx, "/g6/a", "");
            dom0.write("/shared", "" + i);
            assertThat(other.commit(tx)).isEqualTo("EAGAIN");
        }
        assertThat(dom0.session().restNanos()).isZero();
    }

    @Test
    void shouldHaveAllRestWhoDisturb() {
        other.write("/g6/a", "0");
        for (int i = 0; i < 6; i++) {
            int tx = dom0.begin();
            dom0.read(tx, "/g5/a");
            dom0.read(tx, "/g6/a");
            dom0.write(tx, "/result", "");
            storm.write("/g5/a", "new" + i);
            other.write("/g6/a", "new" + i);
            assertThat(dom0.commit(tx)).isEqualTo("EAGAIN");
        }
        assertThat(storm.session().restNanos()).isPositive();
        assertThat(other.session().restNanos()).isPositive();
    }
}
