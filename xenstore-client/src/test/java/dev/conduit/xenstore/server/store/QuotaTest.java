package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.Limits.Kind;
import dev.conduit.xenstore.server.store.StoreFixture.Client;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuotaTest {

    private final StoreFixture fixture = new StoreFixture(Limits.standard()
            .with(Kind.NODES, 10).with(Kind.NODE_SIZE, 200).with(Kind.WATCHES, 3).with(Kind.TRANSACTIONS, 2)
            .with(Kind.TRANSACTION_SIZE, 50).with(Kind.NODE_PERMISSIONS, 4).with(Kind.PATH_MAX, 20));
    private final Client dom0 = fixture.dom0();
    private final Client guest = fixture.guest(5);

    @AfterEach
    void check() {
        fixture.check();
    }

    @Test
    void shouldAllowExactlyTheConfiguredNodes() {
        for (int i = 0; i < 9; i++) {
            assertThat(guest.mkdir("/g5/" + i)).as("node %d besides /g5", i).isEqualTo("OK");
        }
        assertThat(guest.mkdir("/g5/9")).isEqualTo("ENOSPC");
        assertThat(guest.rm("/g5/0")).isEqualTo("OK");
        assertThat(guest.mkdir("/g5/9")).isEqualTo("OK");
        assertThat(fixture.store().domains().usage().get(5).nodes()).isEqualTo(10);
    }

    @Test
    void shouldMakeAllImplicitParentsOrNone() {
        assertThat(guest.mkdir("/g5/1/2/3/4/5/6/7")).isEqualTo("OK");
        assertThat(guest.mkdir("/g5/a/b/c")).isEqualTo("ENOSPC");
        assertThat(guest.list("/g5")).isEqualTo("1");
        assertThat(guest.mkdir("/g5/a/b")).isEqualTo("OK");
    }

    @Test
    void shouldCountNodesOfATransactionOnce() {
        int first = guest.begin();
        int second = guest.begin();
        for (int i = 0; i < 9; i++) {
            assertThat(guest.mkdir(first, "/g5/a" + i)).isEqualTo("OK");
            assertThat(guest.mkdir(second, "/g5/b" + i)).isEqualTo("OK");
        }
        assertThat(guest.commit(first)).isEqualTo("OK");
        assertThat(guest.commit(second)).isEqualTo("EAGAIN");
        assertThat(fixture.store().domains().usage().get(5).nodes()).isEqualTo(10);
    }

    @Test
    void shouldChargeTheOwner() {
        dom0.mkdir("/shared");
        dom0.chmod("/shared", "n0", "b5");
        guest.mkdir("/shared/x");
        assertThat(fixture.store().domains().usage().get(5).nodes()).isEqualTo(2);
        dom0.chmod("/shared/x", "n0");
        assertThat(fixture.store().domains().usage().get(5).nodes()).isEqualTo(1);
    }

    @Test
    void shouldAllowExactlyTheConfiguredNodeSize() {
        assertThat(guest.write("/g5/a", "x".repeat(200 - 16 - 8))).isEqualTo("OK");
        assertThat(guest.write("/g5/a", "x".repeat(200 - 16 - 8 + 1))).isEqualTo("ENOSPC");
        assertThat(guest.read("/g5/a")).hasSize(176);
        assertThat(guest.mkdir("/g5/a/b")).isEqualTo("ENOSPC");
        assertThat(guest.chmod("/g5/a", "n5", "r6")).isEqualTo("ENOSPC");
        assertThat(guest.rm("/g5/a")).isEqualTo("OK");
    }

    @Test
    void shouldLetGuestsRemoveChildrenOfAnOversizedNode() {
        dom0.write("/g5/big/child", "");
        dom0.write("/g5/big", "x".repeat(1000));

        assertThat(guest.rm("/g5/big/child")).isEqualTo("OK");
        assertThat(guest.rm("/g5/big")).isEqualTo("OK");
    }

    @Test
    void shouldAllowExactlyTheConfiguredWatches() {
        for (int i = 0; i < 3; i++) {
            assertThat(guest.watch("/g5", "" + i)).isEqualTo("OK");
        }
        assertThat(guest.watch("/g5", "3")).isEqualTo("ENOSPC");
        assertThat(fixture.connect(5).watch("/g5", "3")).as("another connection").isEqualTo("ENOSPC");
        guest.unwatch("/g5", "0");
        assertThat(guest.watch("/g5", "3")).isEqualTo("OK");
    }

    @Test
    void shouldAllowExactlyTheConfiguredTransactions() {
        int tx = guest.begin();
        guest.begin();
        assertThat(guest.tryBegin()).isEqualTo("ENOSPC");
        guest.end(tx, false);
        assertThat(guest.tryBegin()).isEqualTo("OK");
    }

    @Test
    void shouldAllowExactlyTheConfiguredPermissions() {
        assertThat(guest.chmod("/g5", "n5", "r1", "r2", "r3")).isEqualTo("OK");
        assertThat(guest.chmod("/g5", "n5", "r1", "r2", "r3", "r4")).isEqualTo("ENOSPC");
    }

    @Test
    void shouldLimitPathsWithoutTheHome() {
        dom0.mkdir("/local/domain/5/data");
        dom0.chmod("/local/domain/5/data", "n5");
        String twenty = "data/" + "x".repeat(15);
        assertThat(guest.mkdir(twenty)).isEqualTo("OK");
        assertThat(guest.mkdir("/local/domain/5/" + twenty)).isEqualTo("OK");
        assertThat(guest.mkdir(twenty + "x")).isEqualTo("EINVAL");
        assertThat(guest.mkdir("/g5/" + "x".repeat(16))).isEqualTo("OK");
        assertThat(guest.mkdir("/g5/" + "x".repeat(17))).isEqualTo("EINVAL");
        assertThat(guest.watch(twenty + "x", "t")).isEqualTo("EINVAL");
    }

    @Test
    void shouldNotLimitThePrivilegedDomain() {
        for (int i = 0; i < 50; i++) {
            assertThat(dom0.write("/g5/a-rather-long-name-" + i, "x".repeat(3000))).isEqualTo("OK");
            assertThat(dom0.watch("/", "" + i)).isEqualTo("OK");
            assertThat(dom0.tryBegin()).isEqualTo("OK");
        }
        assertThat(guest.mkdir("/g5/x")).as("the guest owns too many already").isEqualTo("ENOSPC");
    }

    @Test
    void shouldFreeEverythingWithTheConnection() {
        guest.watch("/g5", "1");
        guest.begin();
        guest.close();

        Usage usage = fixture.store().domains().usage().get(5);
        assertThat(usage).isEqualTo(new Usage(1, 0, 0, 0, usage.memory()));
        assertThat(usage.memory()).as("one node").isBetween(100L, 300L);
    }
}
