package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchRulesTest {

    private final StoreFixture fixture = new StoreFixture();
    private final Client dom0 = fixture.dom0();

    @AfterEach
    void check() {
        fixture.check();
    }

    @Test
    void shouldFireForTheNodeAndEverythingBelow() {
        dom0.watch("/a", "t");
        dom0.write("/a", "1");
        dom0.write("/a/b/c", "1");
        dom0.write("/ab", "1");
        dom0.write("/", "1");

        assertThat(dom0.events()).containsExactly("t:/a", "t:/a/b/c");
    }

    @Test
    void shouldSeeEverythingFromTheRoot() {
        dom0.watch("/", "t");
        dom0.write("/x/y", "");
        dom0.write("/", "");
        fixture.store().domains().introduce(3);

        assertThat(dom0.events()).containsExactly("t:/x/y", "t:/");
    }

    @Test
    void shouldFireOnceForImplicitParents() {
        dom0.watch("/", "t");
        dom0.mkdir("/a/b/c");
        dom0.mkdir("/a/b/c");
        dom0.rm("/a/x");

        assertThat(dom0.events()).containsExactly("t:/a/b/c");
    }

    @Test
    void shouldFireForTheSameValueAndForPermissions() {
        dom0.write("/a", "1");
        dom0.watch("/a", "t");
        dom0.write("/a", "1");
        dom0.chmod("/a", "n0");

        assertThat(dom0.events()).containsExactly("t:/a", "t:/a");
    }

    @Test
    void shouldFireInsideARemovedSubtreeOnlyForWhatExisted() {
        dom0.write("/a/b/c", "1");
        dom0.watch("/a", "above");
        dom0.watch("/a/b", "root");
        dom0.watch("/a/b/c", "leaf");
        dom0.watch("/a/b/none", "none");
        dom0.rm("/a/b");

        assertThat(dom0.events()).containsExactly("leaf:/a/b/c", "above:/a/b", "root:/a/b");
    }

    @Test
    void shouldAllowTheSamePathOrTokenButNotBoth() {
        assertThat(dom0.watch("/a", "t")).isEqualTo("OK");
        assertThat(dom0.watch("/a", "u")).isEqualTo("OK");
        assertThat(dom0.watch("/b", "t")).isEqualTo("OK");
        assertThat(dom0.watch("/a", "t")).isEqualTo("EEXIST");
        dom0.write("/a", "");

        assertThat(dom0.events()).containsExactly("t:/a", "u:/a");
    }

    @Test
    void shouldTakeRelativeAndAbsoluteSpellingsAsTheSameWatch() {
        assertThat(dom0.watch("x", "t")).isEqualTo("OK");
        assertThat(dom0.watch("/local/domain/0/x", "t")).isEqualTo("EEXIST");
        dom0.write("/local/domain/0/x/y", "");

        assertThat(dom0.events()).containsExactly("t:x/y");
    }

    @Test
    void shouldStopAfterUnwatch() {
        dom0.watch("/a", "t");
        assertThat(dom0.unwatch("/a", "u")).isEqualTo("ENOENT");
        assertThat(dom0.unwatch("/a", "t")).isEqualTo("OK");
        assertThat(dom0.unwatch("/a", "t")).isEqualTo("ENOENT");
        dom0.write("/a", "");

        assertThat(dom0.events()).isEmpty();
    }

    @Test
    void shouldLimitTheDepth() {
        dom0.watch("/a", "0", 0);
        dom0.watch("/a", "1", 1);
        dom0.write("/a", "");
        dom0.write("/a/b", "");
        dom0.write("/a/b/c", "");

        assertThat(dom0.events()).containsExactly("0:/a", "1:/a", "1:/a/b");
    }

    @Test
    void shouldHoldEventsOfATransactionUntilCommitOnceANode() {
        Client watcher = fixture.connect(0);
        watcher.watch("/", "t");
        dom0.write("/old", "");
        watcher.events();
        int tx = dom0.begin();
        dom0.write(tx, "/b", "1");
        dom0.write(tx, "/a", "1");
        dom0.write(tx, "/b", "2");
        dom0.mkdir(tx, "/gone");
        dom0.rm(tx, "/gone");
        dom0.rm(tx, "/old");
        assertThat(watcher.events()).isEmpty();
        dom0.commit(tx);

        assertThat(watcher.events()).containsExactly("t:/b", "t:/a", "t:/old");
    }

    @Test
    void shouldFireTheSameAfterAMerge() {
        Client watcher = fixture.connect(0);
        watcher.watch("/", "t");
        int tx = dom0.begin();
        dom0.write(tx, "/a", "1");
        dom0.mkdir(tx, "/gone");
        dom0.rm(tx, "/gone");
        fixture.connect(0).write("/other", "");
        dom0.commit(tx);

        assertThat(watcher.events()).containsExactly("t:/other", "t:/a");
    }

    @Test
    void shouldNotTellGuestsOfWhatTheyMayNotKnow() {
        Client guest = fixture.guest(5);
        guest.watch("/", "t");
        dom0.write("/secret", "");
        assertThat(guest.events()).isEmpty();

        dom0.chmod("/secret", "n0", "r5");
        assertThat(guest.events()).as("access gained").containsExactly("t:/secret");
        dom0.chmod("/secret", "n0");
        assertThat(guest.events()).as("access lost").containsExactly("t:/secret");
        dom0.write("/secret", "");
        assertThat(guest.events()).isEmpty();

        dom0.write("/g5/theirs", "");
        dom0.chmod("/g5/theirs", "n0");
        guest.events();
        dom0.write("/g5/theirs", "");
        assertThat(guest.events()).as("the parent is readable").containsExactly("t:/g5/theirs");
        dom0.rm("/g5");
        assertThat(guest.events()).as("removed").containsExactly("t:/g5");
    }

    @Test
    void shouldNotTellGuestsOfHiddenNodesInARemovedSubtree() {
        Client guest = fixture.guest(5);
        dom0.write("/x/hidden/deep", "");
        guest.watch("/x/hidden/deep", "t");
        dom0.rm("/x");

        assertThat(guest.events()).isEmpty();
    }

    @Test
    void shouldFireSpecialEvents() {
        Client guest = fixture.guest(5);
        guest.watch("@releaseDomain", "r");
        guest.watch("@introduceDomain", "i");
        guest.watch("@other", "o");
        dom0.watch("@introduceDomain", "i");
        dom0.watch("@releaseDomain", "d", 1);
        dom0.watch("@releaseDomain/7", "7");
        fixture.store().domains().introduce(7);
        fixture.store().domains().introduce(7);
        fixture.store().domains().release(7);
        fixture.store().domains().release(8);

        assertThat(guest.events()).containsExactly("r:@releaseDomain", "r:@releaseDomain");
        assertThat(dom0.events()).containsExactly("i:@introduceDomain", "d:@releaseDomain/7", "7:@releaseDomain/7",
                "d:@releaseDomain/8");
    }

    @Test
    void shouldHavePermissionsOnSpecialNodes() {
        Client guest = fixture.guest(5);
        assertThat(dom0.perms("@introduceDomain")).isEqualTo("n0");
        assertThat(guest.perms("@introduceDomain")).isEqualTo("EACCES");
        assertThat(guest.chmod("@introduceDomain", "r0")).isEqualTo("EACCES");
        assertThat(dom0.perms("@releaseDomain")).isEqualTo("n0 r32757");
        assertThat(dom0.perms("@none")).isEqualTo("ENOENT");
        assertThat(dom0.read("@releaseDomain")).isEqualTo("EINVAL");
        assertThat(dom0.write("@releaseDomain", "")).isEqualTo("EINVAL");

        dom0.chmod("@introduceDomain", "n0", "r5");
        guest.watch("@introduceDomain", "i");
        fixture.store().domains().introduce(9);
        assertThat(guest.events()).containsExactly("i:@introduceDomain");
        fixture.store().domains().release(5);
        assertThat(dom0.perms("@introduceDomain")).isEqualTo("n0");
    }

    @Test
    void shouldDropAllWatchesAndTransactionsOnReset() {
        dom0.watch("/a", "t");
        dom0.watch("@releaseDomain", "t");
        int tx = dom0.begin();
        fixture.store().reset(dom0.session());
        dom0.write("/a", "");
        fixture.store().domains().release(3);

        assertThat(dom0.events()).isEmpty();
        assertThat(dom0.commit(tx)).isEqualTo("ENOENT");
        Usage usage = fixture.store().domains().usage().get(0);
        assertThat(usage).isEqualTo(new Usage(4, 0, 0, 1, usage.memory()));
        assertThat(dom0.watch("/a", "t")).isEqualTo("OK");
    }
}
