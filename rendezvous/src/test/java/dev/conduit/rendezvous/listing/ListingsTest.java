package dev.conduit.rendezvous.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.ConduitTree;
import dev.conduit.rendezvous.layout.FlowCounters;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of a store that was written by hand. */
class ListingsTest {

    private final XenStoreServer server = XenStoreServer.start(ServerOptions.defaults());
    private final XenStoreClient dom0 = server.connect(0);

    @BeforeEach
    void prepare() throws XenStoreException {
        ConduitTree.prepare(dom0);
    }

    @AfterEach
    void close() {
        dom0.close();
        server.close();
    }

    private void name(String name, String value, int owner) throws XenStoreException {
        dom0.write(Layout.name(name), value);
        dom0.setPermissions(Layout.name(name), Layout.namePermissions(new DomainId(owner)));
    }

    private void flow(String id, String record, int owner) throws XenStoreException {
        dom0.write(Layout.flow(id), record);
        dom0.setPermissions(Layout.flow(id), Layout.sharedPermissions(new DomainId(owner), new DomainId(3)));
    }

    @Test
    void shouldListNames() throws XenStoreException {
        name("web", "3", 3);
        dom0.mkdir(Layout.listen("web", "a"));
        dom0.mkdir(Layout.listen("web", "b"));
        dom0.mkdir(Layout.established("web", "browser", "c"));
        dom0.mkdir(Layout.established("web", "domain-7", "d"));
        dom0.mkdir(Layout.established("web", "domain-7", "e"));
        name("browser", "7", 7);
        name("pool", "3", 3);
        dom0.write(Layout.member("pool", "pool-4"), "0");
        dom0.write(Layout.member("pool", "pool-3"), "0");
        name("forged", "3", 9);
        dom0.mkdir("/conduit/not@name");

        assertThat(new Listings(dom0, 10).names()).isEqualTo(new Listing<>(List.of(
                new NameEntry("browser", Optional.of(new DomainId(7)), false, 0, 0, List.of()),
                new NameEntry("forged", Optional.empty(), false, 0, 0, List.of()),
                new NameEntry("pool", Optional.of(new DomainId(3)), true, 0, 0, List.of("pool-3", "pool-4")),
                new NameEntry("web", Optional.of(new DomainId(3)), true, 2, 3, List.of())), 4));
    }

    @Test
    void shouldListFlows() throws XenStoreException {
        flow("b", "(established (server web) (client browser) (connection b) (opened 10) (active 20) (to-server 5)"
                + " (to-client 6))", 7);
        flow("a", "(connecting (server web))", 8);
        flow("c", "((((", 9);

        Listing<FlowEntry> flows = new Listings(dom0, 10).flows();
        assertThat(flows.all()).isEqualTo(3);
        assertThat(flows.entries()).extracting(FlowEntry::flow).containsExactly("a", "b", "c");
        assertThat(flows.entries()).extracting(FlowEntry::state)
                .containsExactly("connecting", "established", "malformed");
        assertThat(flows.entries()).extracting(entry -> entry.owner().value()).containsExactly(8, 7, 9);
        assertThat(flows.entries().get(1).field(FlowRecord.CLIENT)).isEqualTo("browser");
        assertThat(flows.entries().get(1).counters()).contains(new FlowCounters(10, 20, 5, 6));
        assertThat(flows.entries().get(2).field(FlowRecord.CLIENT)).isEmpty();
    }

    @Test
    void shouldListNoMoreThanAsked() throws XenStoreException {
        for (int i = 0; i < 5; i++) {
            flow("f" + i, "(connecting (server web))", 8);
            name("n" + i, "3", 3);
        }
        assertThat(new Listings(dom0, 2).flows().entries()).extracting(FlowEntry::flow).containsExactly("f0", "f1");
        assertThat(new Listings(dom0, 2).flows().all()).isEqualTo(5);
        assertThat(new Listings(dom0, 2).names().entries()).extracting(NameEntry::name).containsExactly("n0", "n1");
        assertThat(new Listings(dom0, 2).names().all()).isEqualTo(5);
        assertThatIllegalArgumentException().isThrownBy(() -> new Listings(dom0, 0));
    }

    @Test
    void shouldRefuseGuests() {
        server.introduce(3);
        try (XenStoreClient guest = server.connect(3)) {
            assertThatThrownBy(() -> new Listings(guest, 10).names()).isInstanceOfSatisfying(
                    XenStoreException.class, refused -> assertThat(refused.is("EACCES")).isTrue());
            assertThatThrownBy(() -> new Listings(guest, 10).flows()).isInstanceOfSatisfying(
                    XenStoreException.class, refused -> assertThat(refused.is("EACCES")).isTrue());
        }
    }
}
