package dev.conduit.core.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.local.HostStatistics;
import dev.conduit.core.local.shared.GrantFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostTablesTest {

    private static final GrantFile FILE = new GrantFile(100, 7, 1, 42);
    private static final HostLimits LIMITS = new HostLimits(8, 16, 3, 20, 5, 4, 2);

    private final RecordingEffects effects = new RecordingEffects();
    private final HostTables tables = new HostTables(LIMITS, effects);
    private Handle a;
    private Handle b;

    @BeforeEach
    void twoDomains() throws Refusal {
        a = tables.createDomain("a", 100);
        b = tables.createDomain("b", 200);
        effects.drain();
    }

    private int share(Handle owner, Handle peer, GrantAccess access, int pages) throws Refusal {
        return tables.grants().share(owner, peer.domain().id(), access, FILE, pages);
    }

    private Mapping map(Handle mapper, Handle owner, GrantAccess access, int... refs) throws Refusal {
        return tables.grants().map(mapper, owner.domain().id(), access, refs);
    }

    @Test
    void shouldNumberDomainsFromOneAndGiveEachProcessASlot() throws Refusal {
        assertThat(a.domain().id()).isEqualTo(1);
        assertThat(b.domain().id()).isEqualTo(2);
        Handle second = tables.attach(2, 201);
        assertThat(List.of(a.slot(), b.slot(), second.slot())).containsExactly(0, 1, 2);
        assertThat(second.domain()).isSameAs(b.domain());
        assertThatThrownBy(() -> tables.attach(9, 1)).isInstanceOf(Refusal.class)
                .hasMessage("domain 9 does not exist");
        assertThat(tables.isAlive(0)).isTrue();
        assertThat(tables.isAlive(2)).isTrue();
        assertThat(tables.isAlive(9)).isFalse();
    }

    @Test
    void shouldUseDomainIdsAgainOnlyAfterTheLast() throws Refusal {
        HostTables late = new HostTables(LIMITS, effects, 32750);
        Handle first = late.createDomain("x", 1);
        Handle last = late.createDomain("x", 1);
        assertThat(List.of(first.domain().id(), last.domain().id())).containsExactly(32750, 32751);
        late.end(last);
        assertThat(late.createDomain("x", 1).domain().id()).isEqualTo(1);
    }

    @Test
    void shouldRefuseMoreProcessesThanSlots() throws Refusal {
        for (int i = 2; i < LIMITS.handles(); i++) {
            tables.attach(1, i);
        }
        assertThatThrownBy(() -> tables.createDomain("x", 1)).isInstanceOf(Refusal.class)
                .hasMessage("the host serves 8 processes, the most it may");
        tables.end(b);
        assertThat(tables.createDomain("x", 1).slot()).isEqualTo(1);
    }

    @Test
    void shouldLetSlotsRestBeforeTheyAreUsedAgain() throws Refusal {
        HostTables wide = new HostTables(new HostLimits(100, 100, 1, 1, 1, 1, 1), effects);
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < SlotPool.RESTING + 3; i++) {
            Handle handle = wide.createDomain("x", 1);
            slots.add(handle.slot());
            wide.end(handle);
        }
        assertThat(slots.subList(0, SlotPool.RESTING + 1)).doesNotHaveDuplicates();
        assertThat(slots.subList(SlotPool.RESTING + 1, slots.size())).containsExactly(0, 1);
    }

    @Test
    void shouldLeaveNothingWhenDomainCannotBeMade() {
        effects.slotRefusal = new Refusal("ENOMEM", "no memory");
        assertThatThrownBy(() -> tables.createDomain("x", 1)).hasMessage("no memory");
        effects.slotRefusal = null;
        effects.domainRefusal = new Refusal("EIO", "no store");
        assertThatThrownBy(() -> tables.createDomain("x", 1)).hasMessage("no store");
        assertThat(tables.statistics()).isEqualTo(new HostStatistics(2, 2, 0, 0, 0, 0));
        assertThat(tables.isAlive(3)).isFalse();
    }

    @Test
    void shouldMapConsecutiveReferencesAsOneRun() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 4);
        assertThat(map(b, a, GrantAccess.READ_WRITE, ref, ref + 1, ref + 2, ref + 3).runs()).hasSize(1);
        Mapping twice = map(b, a, GrantAccess.READ_WRITE, ref + 2, ref + 3, ref, ref);
        assertThat(twice.runs().stream().map(run -> run.wire().toString())).containsExactly(
                "100:7:2+2:1:42", "100:7:0+1:1:42", "100:7:0+1:1:42");
        assertThat(twice.pages()).isEqualTo(4);
        assertThat(twice.place(2).page()).isZero();
        assertThat(twice.place(1).page()).isEqualTo(3);
        assertThatThrownBy(() -> twice.place(4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldNotJoinReferencesOfDifferentShares() throws Refusal {
        int first = share(a, b, GrantAccess.READ_WRITE, 1);
        int second = share(a, b, GrantAccess.READ_WRITE, 1);
        assertThat(second).isEqualTo(first + 1);
        assertThat(map(b, a, GrantAccess.READ_ONLY, first, second).runs()).hasSize(2);
    }

    @Test
    void shouldRejectMappingsTheGrantDoesNotAllow() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_ONLY, 2);
        Handle c = tables.createDomain("c", 300);
        assertThatThrownBy(() -> map(c, a, GrantAccess.READ_ONLY, ref))
                .hasMessage("grant " + ref + " of domain 1 is for domain 2, not for domain 3");
        assertThatThrownBy(() -> map(a, a, GrantAccess.READ_ONLY, ref))
                .hasMessage("grant " + ref + " of domain 1 is for domain 2, not for domain 1");
        assertThatThrownBy(() -> map(b, a, GrantAccess.READ_WRITE, ref))
                .hasMessage("grant " + ref + " of domain 1 is read-only");
        assertThatThrownBy(() -> map(b, a, GrantAccess.READ_ONLY, ref + 2))
                .hasMessage("grant " + (ref + 2) + " of domain 1 does not exist");
        assertThatThrownBy(() -> tables.grants().map(b, 77, GrantAccess.READ_ONLY, new int[] {ref}))
                .hasMessage("domain 77 does not exist");
        assertThat(tables.statistics().mappings()).isZero();
    }

    @Test
    void shouldKeepReferencesInUseWhileMapped() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 2);
        Mapping mapping = map(b, a, GrantAccess.READ_WRITE, ref, ref);
        tables.grants().unshare(a, tables.grants().own(a, ref));
        assertThatThrownBy(() -> map(b, a, GrantAccess.READ_WRITE, ref))
                .hasMessage("grant " + ref + " of domain 1 was revoked");
        assertThat(a.domain().grants().find(ref)).isNotNull();
        assertThat(tables.statistics().grants()).isZero();
        tables.grants().unmap(b, mapping);
        assertThat(a.domain().grants().find(ref)).isNull();
        assertThat(a.domain().grants().pages()).isZero();
    }

    @Test
    void shouldStartReferencesAgainAfterTheLastAndSkipThoseInUse() {
        GrantReferences references = new GrantReferences(Integer.MAX_VALUE - 3);
        Share low = new Share(1, GrantAccess.READ_WRITE, FILE, GrantReferences.FIRST + 2, 3);
        references.add(low);
        assertThat(references.allocate(3)).isEqualTo(Integer.MAX_VALUE - 3);
        assertThat(references.allocate(2)).isEqualTo(GrantReferences.FIRST);
        assertThat(references.allocate(2)).isEqualTo(GrantReferences.FIRST + 5);
    }

    @Test
    void shouldBoundSharesPagesRunsAndPorts() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 10);
        assertThatThrownBy(() -> share(a, b, GrantAccess.READ_WRITE, 11))
                .hasMessage("domain 1 shares 10 pages and wants 11 more; the most is 20");
        share(a, b, GrantAccess.READ_WRITE, 1);
        share(a, b, GrantAccess.READ_WRITE, 1);
        assertThatThrownBy(() -> share(a, b, GrantAccess.READ_WRITE, 1))
                .hasMessage("domain 1 has 3 shares, the most it may");
        map(b, a, GrantAccess.READ_ONLY, ref, ref, ref);
        assertThatThrownBy(() -> map(b, a, GrantAccess.READ_ONLY, ref, ref, ref))
                .hasMessage("domain 2 maps 3 pieces and wants 3 more; the most is 5");
        for (int i = 0; i < 4; i++) {
            tables.ports().allocateUnbound(a, 2);
        }
        assertThatThrownBy(() -> tables.ports().allocateUnbound(a, 2))
                .hasMessage("domain 1 has 4 ports open, the most it may");
        for (Share share : a.shares()) {
            if (share.firstRef() == ref + 11) {
                assertThatThrownBy(() -> tables.notifyOnUnmap(a, share, effects.target("x"), 1))
                        .hasMessage("domain 1 has 2 unmap notifications, the most it may");
            } else {
                tables.notifyOnUnmap(a, share, effects.target("x"), 1);
            }
        }
    }

    @Test
    void shouldNotGiveAPortNumberTwiceInARow() throws Refusal {
        int first = tables.ports().allocateUnbound(a, 2);
        tables.ports().close(tables.ports().own(a, first));
        int second = tables.ports().allocateUnbound(a, 2);
        assertThat(List.of(first, second)).containsExactly(1, 2);
        Handle third = tables.attach(1, 101);
        assertThat(tables.ports().allocateUnbound(third, 2)).as("unique in the domain").isEqualTo(3);
        assertThatThrownBy(() -> tables.ports().own(third, second)).hasMessage("this process has no port 2");
        tables.ports().allocateUnbound(a, 2);
        assertThat(tables.ports().allocateUnbound(a, 2)).isEqualTo(1);
    }

    @Test
    void shouldConnectBothEndsAndThenPendTheBinder() throws Refusal {
        int unbound = tables.ports().allocateUnbound(a, 2);
        assertThat(effects.drain()).isEmpty();
        int local = tables.ports().bind(b, 1, unbound);
        assertThat(effects.drain()).containsExactly("connect 1." + local + " to 0." + unbound,
                "connect 0." + unbound + " to 1." + local, "raise 1." + local);
    }

    @Test
    void shouldBindOnlyWhatIsUnboundAndReserved() throws Refusal {
        int forB = tables.ports().allocateUnbound(a, 2);
        Handle c = tables.createDomain("c", 300);
        assertThatThrownBy(() -> tables.ports().bind(c, 1, forB))
                .hasMessage("port 1 of domain 1 is for domain 2, not for domain 3");
        assertThatThrownBy(() -> tables.ports().bind(b, 1, 3)).hasMessage("domain 1 has no port 3");
        assertThatThrownBy(() -> tables.ports().bind(b, 7, 3)).hasMessage("domain 7 does not exist");
        tables.ports().bind(b, 1, forB);
        assertThatThrownBy(() -> tables.ports().bind(b, 1, forB))
                .hasMessage("port 1 of domain 1 is bound already");
        assertThat(tables.statistics().ports()).isEqualTo(2);
    }

    @Test
    void shouldReturnOtherEndToUnboundForTheSameDomain() throws Refusal {
        int unbound = tables.ports().allocateUnbound(a, 2);
        int local = tables.ports().bind(b, 1, unbound);
        effects.drain();
        tables.ports().close(tables.ports().own(b, local));
        assertThat(effects.drain()).containsExactly("disconnect 1." + local, "disconnect 0." + unbound, "wake 0");
        Handle c = tables.createDomain("c", 300);
        assertThatThrownBy(() -> tables.ports().bind(c, 1, unbound)).isInstanceOf(Refusal.class);
        assertThat(tables.ports().bind(b, 1, unbound)).isPositive();
        int other = tables.ports().allocateUnbound(b, 1);
        int end = tables.ports().bind(a, 2, other);
        tables.ports().close(tables.ports().own(b, other));
        assertThat(tables.ports().own(a, end).remote()).as("a bound end, too").isNull();
    }

    @Test
    void shouldNotifyBeforePortsCloseWhenProcessDies() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 1);
        int unbound = tables.ports().allocateUnbound(a, 2);
        int local = tables.ports().bind(b, 1, unbound);
        Mapping mapping = map(b, a, GrantAccess.READ_WRITE, ref);
        tables.notifyOnUnmap(b, mapping, effects.target("byte"), local);
        assertThat(tables.statistics()).isEqualTo(new HostStatistics(2, 2, 1, 1, 2, 1));
        effects.drain();
        tables.end(b);
        assertThat(effects.drain()).containsExactly("clear byte", "raise 0." + unbound, "disconnect 1." + local,
                "disconnect 0." + unbound, "wake 0", "close byte", "end 2");
        assertThat(tables.statistics()).isEqualTo(new HostStatistics(1, 1, 1, 0, 1, 0));
        tables.end(b);
        assertThat(effects.drain()).isEmpty();
    }

    @Test
    void shouldForgetNotificationWithoutDoingItWhenGivenBack() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 1);
        int port = tables.ports().allocateUnbound(a, 2);
        Share share = tables.grants().own(a, ref);
        tables.notifyOnUnmap(a, share, effects.target("byte"), port);
        tables.grants().unshare(a, share);
        assertThat(effects.drain()).containsExactly("close byte");
        assertThat(tables.statistics().notifications()).isZero();
    }

    @Test
    void shouldClearByteEvenWhenItsPortIsClosed() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 1);
        int unbound = tables.ports().allocateUnbound(a, 2);
        tables.ports().bind(b, 1, unbound);
        tables.notifyOnUnmap(a, tables.grants().own(a, ref), effects.target("byte"), unbound);
        tables.ports().close(tables.ports().own(a, unbound));
        effects.drain();
        tables.end(a);
        assertThat(effects.drain()).containsExactly("clear byte", "close byte", "end 1");
    }

    @Test
    void shouldRejectNotificationsThatCannotBe() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 1);
        int port = tables.ports().allocateUnbound(b, 1);
        Mapping readOnly = map(b, a, GrantAccess.READ_ONLY, ref);
        assertThatThrownBy(() -> tables.notifyOnUnmap(b, readOnly, effects.target("x"), port))
                .hasMessage("mapping 1 is read-only: a byte in it cannot be cleared");
        Mapping mapping = map(b, a, GrantAccess.READ_WRITE, ref);
        assertThatThrownBy(() -> tables.notifyOnUnmap(b, mapping, effects.target("x"), 3))
                .hasMessage("this process has no port 3");
        tables.notifyOnUnmap(b, mapping, effects.target("x"), port);
        assertThatThrownBy(() -> tables.notifyOnUnmap(b, mapping, effects.target("x"), port))
                .hasMessage("an unmap notification is set already; a region has one");
    }

    @Test
    void shouldEndDomainWithTheProcessThatMadeIt() throws Refusal {
        Handle second = tables.attach(1, 101);
        Handle third = tables.attach(1, 102);
        share(second, b, GrantAccess.READ_WRITE, 1);
        tables.end(third);
        assertThat(tables.isAlive(1)).isTrue();
        effects.drain();
        tables.end(a);
        assertThat(effects.drain()).containsExactly("drop 2", "end 1");
        assertThat(second.ended()).isTrue();
        assertThat(tables.statistics()).isEqualTo(new HostStatistics(1, 1, 0, 0, 0, 0));
    }

    @Test
    void shouldKeepMappingsOfADeadDomainsPages() throws Refusal {
        int ref = share(a, b, GrantAccess.READ_WRITE, 1);
        Mapping mapping = map(b, a, GrantAccess.READ_WRITE, ref);
        tables.end(a);
        assertThat(tables.statistics().mappings()).isEqualTo(1);
        tables.grants().unmap(b, mapping);
        assertThat(tables.statistics()).isEqualTo(new HostStatistics(1, 1, 0, 0, 0, 0));
    }

    @Test
    void shouldKeepDomainForAnotherProcess() throws Refusal {
        Handle second = tables.attach(1, 101);
        tables.keep(a, 150);
        assertThat(effects.drain()).contains("watch 0 150");
        assertThatThrownBy(() -> tables.keep(a, 151)).isInstanceOf(Refusal.class)
                .hasMessage("domain 1 is kept by a process already");
        assertThatThrownBy(() -> tables.keep(second, 150)).isInstanceOf(Refusal.class)
                .hasMessage("domain 1 was made by another process");
        tables.disconnected(a);
        assertThat(tables.isAlive(1)).isTrue();
        tables.end(a);
        assertThat(tables.isAlive(1)).isFalse();
        assertThat(effects.drain()).contains("drop 2", "end 1");
    }
}
