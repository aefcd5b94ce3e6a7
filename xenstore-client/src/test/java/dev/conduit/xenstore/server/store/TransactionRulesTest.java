package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransactionRulesTest {

    private interface Step {
        void in(Client client, int tx);
    }

    private final StoreFixture fixture = new StoreFixture();
    private final Client dom0 = fixture.dom0();
    private final Client other = fixture.connect(0);

    @AfterEach
    void check() {
        fixture.check();
    }

    static Stream<Arguments> conflicts() {
        Step readA = (c, tx) -> c.read(tx, "/d/a");
        Step writeA = (c, tx) -> c.write(tx, "/d/a", "new");
        Step writeB = (c, tx) -> c.write(tx, "/d/b", "new");
        Step rmA = (c, tx) -> c.rm(tx, "/d/a");
        Step list = (c, tx) -> c.list(tx, "/d");
        Step createX = (c, tx) -> c.write(tx, "/d/x", "x");
        Step createY = (c, tx) -> c.write(tx, "/d/y", "y");
        Step chmodA = (c, tx) -> c.chmod(tx, "/d/a", "n0", "r5");
        Step elsewhere = (c, tx) -> c.write(tx, "/e/z", "z");
        return Stream.of(
                row("read a, write b | write a", both(readA, writeB), writeA, "EAGAIN"),
                row("read only | write a", readA, writeA, "OK"),
                row("blind write a | write a", writeA, writeA, "OK"),
                row("read a, write b | write a as it was", both(readA, writeB),
                        (c, tx) -> c.write(tx, "/d/a", "old"), "OK"),
                row("create x | create sibling y", createX, createY, "OK"),
                row("create x | create x", createX, createX, "OK"),
                row("mkdir x | mkdir x", (c, tx) -> c.mkdir(tx, "/d/x"), (c, tx) -> c.mkdir(tx, "/d/x"), "OK"),
                row("write existing a | create sibling", writeA, createY, "OK"),
                row("write existing a | write sibling", writeA, writeB, "OK"),
                row("list d, write e | create in d", both(list, elsewhere), createX, "EAGAIN"),
                row("list d, write e | write a in d", both(list, elsewhere), writeA, "OK"),
                row("list d, write e | create and remove in d", both(list, elsewhere),
                        both(createX, (c, tx) -> c.rm(tx, "/d/x")), "OK"),
                row("read missing, write b | create it", both((c, tx) -> c.read(tx, "/d/x"), writeB), createX,
                        "EAGAIN"),
                row("read a, write b | chmod a", both(readA, writeB), chmodA, "OK"),
                row("perms of a, write b | chmod a", both((c, tx) -> c.perms(tx, "/d/a"), writeB), chmodA, "EAGAIN"),
                row("rm a | write a", rmA, writeA, "OK"),
                row("write a | rm a", writeA, rmA, "OK"),
                row("rm a | rm a", rmA, rmA, "OK"),
                row("rm of deeper | parent removed", (c, tx) -> c.rm(tx, "/d/a"), (c, tx) -> c.rm(tx, "/d"),
                        "EAGAIN"),
                row("read a, write b | rm d", both(readA, writeB), (c, tx) -> c.rm(tx, "/d"), "EAGAIN"),
                row("unrelated", both(readA, writeB), elsewhere, "OK"));
    }

    private static Step both(Step first, Step second) {
        return (client, tx) -> {
            first.in(client, tx);
            second.in(client, tx);
        };
    }

    private static Arguments row(String name, Step inside, Step outside, String result) {
        return Arguments.of(name, inside, outside, result);
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("conflicts")
    void shouldConflictOnlyWhenSomethingReadIsNoLongerTrue(String name, Step inside, Step outside, String result) {
        dom0.write("/d/a", "old");
        dom0.write("/d/b", "old");
        int tx = dom0.begin();
        inside.in(dom0, tx);
        outside.in(other, 0);

        assertThat(dom0.commit(tx)).isEqualTo(result);
        assertThat(dom0.commit(tx)).as("it is over whatever came of it").isEqualTo("ENOENT");
    }

    @Test
    void shouldMergeSiblings() {
        dom0.mkdir("/d");
        int first = dom0.begin();
        int second = other.begin();
        dom0.write(first, "/d/x", "1");
        other.write(second, "/d/y", "2");

        assertThat(dom0.commit(first)).isEqualTo("OK");
        assertThat(other.commit(second)).isEqualTo("OK");
        assertThat(dom0.list("/d")).isEqualTo("x y");
    }

    @Test
    void shouldSeeTheStoreAsItWasAtTheStart() {
        dom0.write("/a", "1");
        int tx = dom0.begin();
        other.write("/a", "2");
        other.write("/b", "2");

        assertThat(dom0.read(tx, "/a")).isEqualTo("1");
        assertThat(dom0.read(tx, "/b")).isEqualTo("ENOENT");
        assertThat(dom0.read("/a")).isEqualTo("2");
    }

    @Test
    void shouldSeeItsOwnChangesAndHideThemUntilCommit() {
        int tx = dom0.begin();
        dom0.write(tx, "/a/b", "1");

        assertThat(dom0.read(tx, "/a/b")).isEqualTo("1");
        assertThat(dom0.list(tx, "/a")).isEqualTo("b");
        assertThat(other.read("/a/b")).isEqualTo("ENOENT");
        assertThat(dom0.commit(tx)).isEqualTo("OK");
        assertThat(other.read("/a/b")).isEqualTo("1");
    }

    @Test
    void shouldForgetAbortedChanges() {
        int tx = dom0.begin();
        dom0.write(tx, "/a", "1");

        assertThat(dom0.end(tx, false)).isEqualTo("OK");
        assertThat(dom0.read("/a")).isEqualTo("ENOENT");
    }

    @Test
    void shouldCommitDeletionAndCreationOfTheSameNode() {
        dom0.write("/a/b", "1");
        int tx = dom0.begin();
        dom0.rm(tx, "/a");
        dom0.write(tx, "/a", "2");
        other.write("/elsewhere", "");

        assertThat(dom0.commit(tx)).isEqualTo("OK");
        assertThat(dom0.list("/a")).isEmpty();
        assertThat(dom0.read("/a")).isEqualTo("2");
    }

    @Test
    void shouldNumberTransactionsForEachConnection() {
        assertThat(dom0.begin()).isEqualTo(1);
        assertThat(dom0.begin()).isEqualTo(2);
        assertThat(other.begin()).isEqualTo(1);
        assertThat(other.commit(2)).isEqualTo("ENOENT");
    }

    @Test
    void shouldNotHandOutNumbersInUse() {
        int kept = dom0.begin();
        for (int i = 0; i < 5; i++) {
            assertThat(dom0.end(dom0.begin(), false)).isEqualTo("OK");
        }
        assertThat(dom0.session().hasTransaction(kept)).isTrue();
    }

    @Test
    void shouldAbortWhenTheConnectionCloses() {
        int tx = other.begin();
        other.write(tx, "/a", "1");
        other.close();
        other.close();

        assertThat(dom0.read("/a")).isEqualTo("ENOENT");
        assertThat(fixture.store().domains().usage().get(0).transactions()).isZero();
    }

    @Test
    void shouldNotCommitAfterAFailedQuota() {
        Client guest = fixture.guest(5);
        int tx = guest.begin();
        assertThat(guest.write(tx, "/g5/a", "1")).isEqualTo("OK");
        assertThat(guest.write(tx, "/g5/b", "x".repeat(3000))).isEqualTo("ENOSPC");

        assertThat(guest.commit(tx)).isEqualTo("ENOMEM");
        assertThat(dom0.list("/g5")).isEmpty();
    }

    @Test
    void shouldBoundTheRequestsOfATransaction() {
        Client guest = fixture.guest(5);
        guest.mkdir("/g5/a");
        int tx = guest.begin();
        for (int i = 0; i < 1024; i++) {
            assertThat(guest.write(tx, "/g5/a", "" + i)).isEqualTo("OK");
        }
        assertThat(guest.write(tx, "/g5/a", "more")).isEqualTo("ENOSPC");
        assertThat(guest.commit(tx)).isEqualTo("ENOMEM");

        int reading = guest.begin();
        for (int i = 0; i < 3000; i++) {
            assertThat(guest.read(reading, "/g5")).isEmpty();
        }
        assertThat(guest.commit(reading)).isEqualTo("OK");
    }

    @Test
    void shouldBoundWhatFewRequestsMakeAndRemove() {
        Client guest = fixture.guest(5);
        int tx = guest.begin();
        String deep = "/g5" + "/d".repeat(500);
        assertThat(guest.mkdir(tx, deep)).isEqualTo("OK");
        assertThat(guest.rm(tx, "/g5/d")).isEqualTo("OK");
        assertThat(guest.mkdir(tx, deep)).isEqualTo("OK");
        assertThat(guest.rm(tx, "/g5/d")).isEqualTo("ENOSPC");
        assertThat(guest.read(tx, "/g5")).as("nothing goes any more").isEqualTo("ENOSPC");
        assertThat(guest.commit(tx)).isEqualTo("ENOMEM");
        assertThat(guest.list("/g5")).isEmpty();
    }

    @Test
    void shouldCheckRightsAgainAtCommit() {
        Client guest = fixture.guest(5);
        dom0.write("/x", "v");
        dom0.chmod("/x", "n0", "b5");
        int tx = guest.begin();
        assertThat(guest.write(tx, "/x", "guest")).isEqualTo("OK");
        dom0.chmod("/x", "n0");

        assertThat(guest.commit(tx)).isEqualTo("EAGAIN");
        assertThat(dom0.read("/x")).isEqualTo("v");
    }

    @Test
    void shouldInheritThePermissionsOfTheMomentOfCommit() {
        dom0.mkdir("/x");
        dom0.chmod("/x", "n0", "r5");
        fixture.guest(5);
        int tx = dom0.begin();
        dom0.mkdir(tx, "/x/y");
        fixture.store().domains().release(5);

        assertThat(dom0.commit(tx)).isEqualTo("OK");
        assertThat(dom0.perms("/x/y")).isEqualTo("n0");
    }
}
