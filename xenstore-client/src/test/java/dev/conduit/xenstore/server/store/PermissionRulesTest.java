package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PermissionRulesTest {

    private final StoreFixture fixture = new StoreFixture();
    private final Client dom0 = fixture.dom0();
    private final Client guest = fixture.guest(5);

    @AfterEach
    void check() {
        fixture.check();
    }

    @Test
    void shouldGiveOwnerAndPrivilegedDomainAllRights() {
        dom0.write("/x", "v");
        dom0.chmod("/x", "n5");

        assertThat(guest.read("/x")).isEqualTo("v");
        assertThat(guest.write("/x", "w")).isEqualTo("OK");
        assertThat(dom0.read("/x")).isEqualTo("w");
    }

    @Test
    void shouldUseFirstEntryForDomainsNotListed() {
        dom0.write("/x", "v");
        dom0.chmod("/x", "r0");
        assertThat(guest.read("/x")).isEqualTo("v");
        assertThat(guest.write("/x", "w")).isEqualTo("EACCES");

        dom0.chmod("/x", "w0");
        assertThat(guest.read("/x")).isEqualTo("EACCES");
        assertThat(guest.write("/x", "w")).isEqualTo("OK");

        dom0.chmod("/x", "b0", "n5");
        assertThat(guest.read("/x")).isEqualTo("EACCES");
    }

    @Test
    void shouldLetTheFirstMatchingEntryWin() {
        dom0.write("/x", "v");
        dom0.chmod("/x", "n0", "n5", "b5");

        assertThat(guest.read("/x")).isEqualTo("EACCES");
    }

    @Test
    void shouldMatchEveryDomainByTheAnyEntry() {
        dom0.write("/x", "v");
        dom0.chmod("/x", "n0", "n6", "r32757");

        assertThat(guest.read("/x")).isEqualTo("v");
        assertThat(fixture.guest(6).read("/x")).isEqualTo("EACCES");
    }

    @Test
    void shouldNotNeedRightsOnTheWay() {
        dom0.write("/closed/open", "v");
        dom0.chmod("/closed/open", "r0");

        assertThat(guest.read("/closed")).isEqualTo("EACCES");
        assertThat(guest.read("/closed/open")).isEqualTo("v");
    }

    @Test
    void shouldTellOfMissingNodesOnlyThoseWhoMayReadTheNearestAncestor() {
        assertThat(guest.read("/none/at/all")).isEqualTo("EACCES");
        assertThat(guest.read("/g5/none/at/all")).isEqualTo("ENOENT");
        assertThat(guest.list("/none")).isEqualTo("EACCES");
        assertThat(guest.perms("/g5/none")).isEqualTo("ENOENT");
        assertThat(guest.rm("/none")).isEqualTo("EACCES");
        assertThat(guest.chmod("/none", "n5")).isEqualTo("EACCES");
        assertThat(guest.chmod("/g5/none", "n5")).isEqualTo("ENOENT");
    }

    @Test
    void shouldMakeAnUnprivilegedCreatorTheOwner() {
        dom0.mkdir("/x");
        dom0.chmod("/x", "n0", "b5", "r7");
        assertThat(guest.write("/x/a/b", "v")).isEqualTo("OK");

        assertThat(guest.perms("/x/a")).isEqualTo("n5 b5 r7");
        assertThat(guest.perms("/x/a/b")).isEqualTo("n5 b5 r7");
    }

    @Test
    void shouldInheritTheWholeListForThePrivilegedCreator() {
        dom0.mkdir("/x");
        dom0.chmod("/x", "n5", "r7");
        dom0.mkdir("/x/a");

        assertThat(dom0.perms("/x/a")).isEqualTo("n5 r7");
    }

    @Test
    void shouldNeedWriteOnTheNearestAncestorToCreate() {
        assertThat(guest.write("/new", "v")).isEqualTo("EACCES");
        assertThat(guest.mkdir("/g5/a/b/c")).isEqualTo("OK");
        dom0.chmod("/g5/a", "n0", "r5");
        assertThat(guest.mkdir("/g5/a/x")).isEqualTo("EACCES");
    }

    @Test
    void shouldKeepGuestsFromChangingTheOwner() {
        assertThat(guest.chmod("/g5", "n6")).isEqualTo("EPERM");
        assertThat(guest.chmod("/g5", "n0", "b5")).isEqualTo("EPERM");
        assertThat(guest.chmod("/g5", "r5", "b6")).isEqualTo("OK");
        assertThat(dom0.chmod("/g5", "n6")).isEqualTo("OK");
    }

    @Test
    void shouldNeedOwnershipToSetPermissions() {
        dom0.mkdir("/x");
        dom0.chmod("/x", "n0", "b5");

        assertThat(guest.chmod("/x", "n0", "b5", "b6")).isEqualTo("EACCES");
        assertThat(guest.perms("/x")).isEqualTo("n0 b5");
    }

    @Test
    void shouldApplyTheSameRulesToTheRoot() {
        assertThat(guest.list("/")).isEqualTo("EACCES");
        assertThat(guest.write("/", "v")).isEqualTo("EACCES");
        assertThat(dom0.write("/", "v")).isEqualTo("OK");
        assertThat(dom0.read("/")).isEqualTo("v");
        assertThat(dom0.rm("/")).isEqualTo("EINVAL");
        assertThat(guest.rm("/")).isEqualTo("EACCES");
    }

    @Test
    void shouldGiveADomainTheRightsOfItsTarget() throws Exception {
        Client stub = fixture.guest(9);
        assertThat(stub.read("/g5")).isEqualTo("EACCES");
        fixture.store().domains().setTarget(9, 5);

        assertThat(stub.write("/g5/by-stub", "v")).isEqualTo("OK");
        fixture.store().domains().release(5);
        dom0.mkdir("/again");
        dom0.chmod("/again", "n5");
        assertThat(stub.read("/again")).isEqualTo("EACCES");
    }

    @Test
    void shouldSurviveADomainThatIsItsOwnTarget() throws Exception {
        fixture.store().domains().setTarget(5, 5);
        assertThat(guest.read("/g5")).isEmpty();
        fixture.store().domains().release(5);
        assertThat(guest.wasReleased()).isTrue();
    }

    @Test
    void shouldLeaveNothingOfAReleasedDomain() {
        guest.write("/g5/a/b", "v");
        dom0.write("/shared", "v");
        dom0.chmod("/shared", "n0", "r6", "b5");
        dom0.mkdir("/shared/theirs");
        dom0.chmod("/shared/theirs", "n5");
        dom0.mkdir("/shared/theirs/ours");
        dom0.chmod("/shared/theirs/ours", "n0");
        int open = guest.begin();
        guest.write(open, "/g5/c", "v");
        guest.watch("/g5", "t");
        fixture.store().domains().release(5);

        assertThat(guest.wasReleased()).isTrue();
        assertThat(dom0.read("/g5")).isEqualTo("ENOENT");
        assertThat(dom0.perms("/shared")).isEqualTo("n0 r6");
        assertThat(dom0.list("/shared")).isEmpty();
        assertThat(fixture.store().domains().usage()).doesNotContainKey(5);
        assertThat(fixture.store().domains().introduced(5)).isFalse();

        Client reborn = fixture.connect(5);
        assertThat(reborn.read("/shared")).isEqualTo("EACCES");
    }

    @Test
    void shouldTakeTheRootBackFromAReleasedOwner() {
        dom0.chmod("/", "r5");
        fixture.store().domains().release(5);

        assertThat(dom0.perms("/")).isEqualTo("n0");
        assertThat(dom0.list("/")).isEqualTo("tool");
    }

    @Test
    void shouldReleaseTwiceAndReleaseTheUnknown() {
        fixture.store().domains().release(5);
        fixture.store().domains().release(5);
        fixture.store().domains().release(77);

        assertThat(fixture.store().domains().usage()).containsOnlyKeys(0);
    }
}
