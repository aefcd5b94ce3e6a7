package dev.conduit.rendezvous;

import static dev.conduit.rendezvous.StoreFixture.CLIENT;
import static dev.conduit.rendezvous.StoreFixture.SERVER;
import static dev.conduit.rendezvous.StoreFixture.THIRD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.FlowState;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transitions, one by one, against the embedded server and with the rights of real domains. */
class TransitionsTest {

    private StoreFixture fixture;
    private Map<String, String> before;

    @BeforeEach
    void listen() throws Exception {
        fixture = new StoreFixture();
        listen(fixture.server, "web", SERVER);
        before = fixture.tree();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldWriteTheContractLayoutWhenListening() throws Exception {
        assertThat(changes(Map.of())).containsAllEntriesOf(Map.of(
                "/conduit", " [b0]", "/conduit/flows", " [w0]", "/conduit/web", "3 [r3]",
                "/conduit/web/listen", " [w3]", "/conduit/web/established", " [n3]"));
    }

    @Test
    void shouldWriteTheContractLayoutWhenConnecting() throws Exception {
        assertThat(request("c1")).isEqualTo(SERVER);
        assertThat(changes(before)).isEqualTo(Map.of(
                "/conduit/flows/c1", "(connecting (server web)) [n7, b3]",
                "/conduit/web/listen/c1", "c1 [n7, b3]"));
    }

    @Test
    void shouldWriteTheContractLayoutWhenEstablished() throws Exception {
        request("c1");
        assertThat(establish("c1")).isPresent();
        assertThat(changes(before)).isEqualTo(Map.of(
                "/conduit/flows/c1", "(established (server web) (client domain-7) (connection c1)"
                        + " (ring-ref 11) (event-channel 5)) [n7, b3]",
                "/conduit/web/established/domain-7", "7 [n3]",
                "/conduit/web/established/domain-7/c1", "c1 [n3, b7]",
                "/local/domain/3/data/vchan", " [n3]",
                "/local/domain/3/data/vchan/7", " [n3]",
                "/local/domain/3/data/vchan/7/c1", " [n3]",
                "/local/domain/3/data/vchan/7/c1/ring-ref", "11 [n3, r7]",
                "/local/domain/3/data/vchan/7/c1/event-channel", "5 [n3, r7]"));
    }

    @Test
    void shouldCallClientByNameItHas() throws Exception {
        listen(fixture.client, "browser", CLIENT);
        assertThat(establishedName("browser")).isEqualTo("browser");
    }

    @Test
    void shouldNotCallClientByNameOfAnother() throws Exception {
        listen(fixture.third, "bank", THIRD);
        assertThat(establishedName("bank")).isEqualTo("domain-7");
        assertThat(establishedName("web")).isEqualTo("domain-7");
        assertThat(establishedName("nobody")).isEqualTo("domain-7");
    }

    @Test
    void shouldNotCallClientByNameThatStandsForAnotherDomain() throws Exception {
        fixture.client.write("/conduit/domain-9", "7");
        assertThat(establishedName("domain-9")).isEqualTo("domain-7");
    }

    @Test
    void shouldNotMixConnectionsOfTwoDomainsThatHadOneName() throws Exception {
        listen(fixture.third, "roamer", THIRD);
        transact(fixture.third, transaction ->
                ClientTransitions.request(transaction, "web", "c0", THIRD, "roamer"));
        assertThat(establish("c0").orElseThrow().peerName()).isEqualTo("roamer");
        fixture.third.remove("/conduit/roamer");
        listen(fixture.client, "roamer", CLIENT);
        assertThat(establishedName("roamer")).isEqualTo("domain-7");
        assertThat(fixture.dom0.readString("/conduit/web/established/roamer")).isEqualTo("9");
    }

    @Test
    void shouldLeaveNothingWhenClientClosesFirst() throws Exception {
        FlowNodes nodes = connection();
        transact(fixture.client, transaction -> {
            ClientTransitions.close(transaction, nodes);
            return true;
        });
        assertThat(changes(before)).containsEntry("/conduit/flows/c1",
                "(closed (server web) (client domain-7) (connection c1) (by client)) [n7, b3]")
                .doesNotContainKey(nodes.establishedPath());
        assertThat(clientEnded(nodes))
                .isEqualTo(PeerEnd.CLOSED);
        transact(fixture.server, transaction -> {
            ServerTransitions.close(transaction, nodes);
            return true;
        });
        assertThat(fixture.tree()).isEqualTo(before);
    }

    @Test
    void shouldLeaveNothingWhenServerClosesFirst() throws Exception {
        FlowNodes nodes = connection();
        transact(fixture.server, transaction -> {
            ServerTransitions.close(transaction, nodes);
            return true;
        });
        assertThat(changes(before)).isEqualTo(Map.of("/conduit/flows/c1",
                "(closed (server web) (client domain-7) (connection c1) (by server)) [n7, b3]"));
        assertThat(serverEnded(nodes))
                .isEqualTo(PeerEnd.CLOSED);
        transact(fixture.client, transaction -> {
            ClientTransitions.close(transaction, nodes);
            return true;
        });
        assertThat(fixture.tree()).isEqualTo(before);
    }

    @Test
    void shouldKeepConnectionsOfOneClientApart() throws Exception {
        FlowNodes first = connection();
        request("c2");
        FlowNodes second = establish("c2").orElseThrow();
        transact(fixture.server, transaction -> {
            ServerTransitions.close(transaction, first);
            return true;
        });
        assertThat(fixture.dom0.list("/conduit/web/established/domain-7")).containsExactly("c2");
        assertThat(fixture.dom0.list("/local/domain/3/data/vchan/7")).containsExactly("c2");
        assertThat(second.readFlow(fixture.client).orElseThrow().state()).isEqualTo(FlowState.ESTABLISHED);
    }

    @Test
    void shouldTellDeadClientFromOneThatClosedAndThenExited() throws Exception {
        FlowNodes died = connection();
        request("c2");
        FlowNodes closed = establish("c2").orElseThrow();
        transact(fixture.client, transaction -> {
            ClientTransitions.close(transaction, closed);
            return true;
        });
        fixture.store.release(CLIENT.value());
        assertThat(fixture.dom0.exists("/conduit/flows/c1")).isFalse();
        assertThat(clientEnded(died))
                .isEqualTo(PeerEnd.LOST);
        assertThat(clientEnded(closed))
                .isEqualTo(PeerEnd.CLOSED);
    }

    @Test
    void shouldTellCrashedClientProcessInLivingDomain() throws Exception {
        FlowNodes nodes = connection();
        assertThat(clientEnded(nodes))
                .isEqualTo(PeerEnd.LOST);
        assertThat(fixture.tree()).isEqualTo(before);
    }

    @Test
    void shouldTellCrashedServerAndRemoveFlow() throws Exception {
        FlowNodes nodes = connection();
        assertThat(serverEnded(nodes))
                .isEqualTo(PeerEnd.LOST);
        assertThat(fixture.dom0.exists("/conduit/flows/c1")).isFalse();
    }

    @Test
    void shouldSweepWhatCrashedServerLeft() throws Exception {
        connection();
        for (int i = 0; i < 100; i++) {
            request("d" + i);
            establish("d" + i);
        }
        int sweeps = 1;
        while (transact(fixture.server, transaction -> NameTransitions.sweep(transaction, "web", SERVER))) {
            sweeps++;
        }
        assertThat(sweeps).isBetween(2, 3);
        listen(fixture.server, "web", SERVER);
        assertThat(fixture.dom0.list("/conduit/web/established")).isEmpty();
        assertThat(fixture.dom0.list("/local/domain/3/data")).isEmpty();
    }

    @Test
    void shouldKeepClientsThatWaitWhenServerRestarts() throws Exception {
        request("c1");
        listen(fixture.server, "web", SERVER);
        assertThat(establish("c1")).isPresent();
    }

    @Test
    void shouldNotTakeNameOfAnother() throws Exception {
        Optional<DomainId> holder =
                transact(fixture.third, transaction -> NameTransitions.claim(transaction, "web", THIRD));
        assertThat(holder).contains(SERVER);
        assertThat(fixture.tree()).isEqualTo(before);
    }

    @Test
    void shouldRefuseNameThatIsForged() throws Exception {
        fixture.third.write("/conduit/bank", "3");
        fixture.third.setPermissions("/conduit/bank", List.of(Permission.parse("r9")));
        assertThatThrownBy(() -> NameTransitions.resolve(fixture.client, "bank"))
                .isInstanceOfSatisfying(ConduitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.FORGED_NAME))
                .hasMessage("name 'bank' is refused: /conduit/bank names domain 3, and domain 9 made it");
        for (String value : List.of("", "x", "-1", "99999", "123456", "3 ", "0x3", "3/4")) {
            fixture.third.write("/conduit/bank", value);
            assertThatThrownBy(() -> NameTransitions.resolve(fixture.client, "bank")).as(value)
                    .hasMessage("name 'bank' is refused: /conduit/bank names no domain, and domain 9 made it");
        }
        fixture.third.setPermissions("/conduit/bank", List.of(Permission.parse("n9")));
        assertThatThrownBy(() -> NameTransitions.resolve(fixture.client, "bank"))
                .hasMessage("name 'bank' is refused: /conduit/bank is not readable by everybody");
    }

    @Test
    void shouldSayWhenNobodyHasOrListensUnderName() throws Exception {
        assertThatThrownBy(() -> request(fixture.client, "nobody", "c1"))
                .isInstanceOfSatisfying(ConduitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NO_SUCH_NAME))
                .hasMessage("no such name: 'nobody'");
        fixture.server.remove("/conduit/web/listen");
        assertThatThrownBy(() -> request(fixture.client, "web", "c1"))
                .isInstanceOfSatisfying(ConduitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_LISTENING))
                .hasMessage("nobody listens under the name 'web', which domain 3 has");
        before.remove("/conduit/web/listen");
        assertThat(fixture.tree()).isEqualTo(before);
    }

    @Test
    void shouldLeaveNothingWhenClientGivesUp() throws Exception {
        FlowNodes asked = new FlowNodes("web", "domain-7", "c1", "c1", SERVER, CLIENT);
        request("c1");
        withdraw(asked);
        assertThat(fixture.tree()).isEqualTo(before);
        connection();
        withdraw(asked);
        assertThat(fixture.dom0.exists("/conduit/flows/c1")).isFalse();
        assertThat(fixture.dom0.exists("/conduit/web/established/domain-7/c1")).isFalse();
    }

    @Test
    void shouldNotEstablishWhatClientWithdrew() throws Exception {
        request("c1");
        Request read = Request.read(fixture.server, "web", "c1").orElseThrow();
        withdraw(new FlowNodes("web", "domain-7", "c1", "c1", SERVER, CLIENT));
        Optional<FlowNodes> nodes = transact(fixture.server, transaction ->
                ServerTransitions.establish(transaction, "web", read, SERVER, 11, 5));
        assertThat(nodes).isEmpty();
        assertThat(fixture.tree()).isEqualTo(before);
    }

    @Test
    void shouldRefuseWithReason() throws Exception {
        request("c1");
        Request read = Request.read(fixture.server, "web", "c1").orElseThrow();
        transact(fixture.server, transaction -> {
            ServerTransitions.refuse(transaction, "web", read, RefusalReason.BACKLOG_FULL);
            return true;
        });
        assertThat(changes(before)).isEqualTo(Map.of("/conduit/flows/c1", "(refused (reason backlog-full)) [n7, b3]"));
    }

    @Test
    void shouldTellWaitingClientsWhenQueueCloses() throws Exception {
        request("c1");
        transact(fixture.server, transaction -> {
            ServerTransitions.closeQueue(transaction, "web", SERVER, 16);
            NameTransitions.release(transaction, "web", SERVER);
            return true;
        });
        assertThat(fixture.dom0.readString("/conduit/flows/c1")).isEqualTo("(refused (reason server-closed))");
        assertThat(fixture.dom0.exists("/conduit/web")).isFalse();
    }

    @Test
    void shouldDrawAgainWhenIdIsSquattedOn() throws Exception {
        fixture.third.write("/conduit/web/listen/c1", "x");
        assertThatThrownBy(() -> request("c1")).isInstanceOf(NoRightException.class);
        fixture.third.write("/conduit/flows/c2", "x");
        assertThatThrownBy(() -> request("c2")).isInstanceOf(NoRightException.class);
        assertThat(changes(before)).containsOnlyKeys("/conduit/web/listen/c1", "/conduit/flows/c2");
    }

    @Test
    void shouldHideConnectionFromThirdDomains() throws Exception {
        request("c1");
        assertDenied(() -> fixture.third.list("/conduit/web/listen"));
        assertDenied(() -> fixture.third.read("/conduit/web/listen/c1"));
        assertDenied(() -> fixture.third.write("/conduit/web/listen/c1", "x"));
        assertDenied(() -> fixture.third.remove("/conduit/web/listen/c1"));
        assertDenied(() -> fixture.third.list("/conduit/flows"));
        assertDenied(() -> fixture.third.read("/conduit/flows/c1"));
        assertDenied(() -> fixture.third.write("/conduit/flows/c1", "(refused (reason x))"));
        assertDenied(() -> fixture.third.remove("/conduit/flows/c1"));
        FlowNodes nodes = establish("c1").orElseThrow();
        assertDenied(() -> fixture.third.list("/conduit/web/established"));
        assertDenied(() -> fixture.third.read(nodes.establishedPath()));
        assertDenied(() -> fixture.third.remove(nodes.establishedPath()));
        assertDenied(() -> fixture.third.read(nodes.vchanPath() + "/ring-ref"));
        assertDenied(() -> fixture.third.write("/conduit/web", "9"));
        assertDenied(() -> fixture.third.remove("/conduit/web"));
        assertDenied(() -> fixture.third.write("/conduit/web/established/x", "9"));
        assertDenied(() -> fixture.client.setPermissions("/conduit/flows/c1", List.of(Permission.parse("b9"))));
    }

    @Test
    void shouldRenewQueueOnlyWhenAllOfItIsJunk() throws Exception {
        fixture.third.write("/conduit/web/listen/junk", "x");
        fixture.third.setPermissions("/conduit/web/listen/junk", List.of(Permission.parse("n9")));
        assertDenied(() -> fixture.server.remove("/conduit/web/listen/junk"));
        request("c1");
        assertThat(renewed()).isFalse();
        establish("c1");
        assertThat(renewed()).isTrue();
        assertThat(fixture.dom0.list("/conduit/web/listen")).isEmpty();
        assertThat(fixture.dom0.permissions("/conduit/web/listen")).hasToString("[w3]");
    }

    private boolean renewed() throws Exception {
        return transact(fixture.server, transaction ->
                ServerTransitions.renewQueue(transaction, "web", SERVER, Set.of("junk")));
    }

    private PeerEnd clientEnded(FlowNodes nodes) throws Exception {
        return transact(fixture.server, transaction -> ServerTransitions.clientEnded(transaction, nodes));
    }

    private PeerEnd serverEnded(FlowNodes nodes) throws Exception {
        return transact(fixture.client, transaction -> ClientTransitions.serverEnded(transaction, nodes));
    }

    /** The inside of a transaction. */
    private interface Body<T> {
        T run(XenStoreOperations transaction) throws Exception;
    }

    private static <T> T transact(XenStoreClient client, Body<T> body) throws Exception {
        return client.<T, Exception>transaction(body::run);
    }

    private static void listen(XenStoreClient client, String name, DomainId self) throws Exception {
        transact(client, transaction -> {
            assertThat(NameTransitions.claim(transaction, name, self)).isEmpty();
            NameTransitions.openQueue(transaction, name, self);
            return true;
        });
    }

    private DomainId request(String id) throws Exception {
        return request(fixture.client, "web", id);
    }

    private static DomainId request(XenStoreClient client, String name, String id) throws Exception {
        return transact(client, transaction -> ClientTransitions.request(transaction, name, id, CLIENT, ""));
    }

    private Optional<FlowNodes> establish(String id) throws Exception {
        Request read = Request.read(fixture.server, "web", id).orElseThrow();
        return transact(fixture.server, transaction ->
                ServerTransitions.establish(transaction, "web", read, SERVER, 11, 5));
    }

    private FlowNodes connection() throws Exception {
        request("c1");
        return establish("c1").orElseThrow();
    }

    private String establishedName(String claimed) throws Exception {
        String id = "c-" + claimed.length();
        transact(fixture.client, transaction ->
                ClientTransitions.request(transaction, "web", id, CLIENT, claimed));
        return establish(id).orElseThrow().peerName();
    }

    private void withdraw(FlowNodes asked) throws Exception {
        transact(fixture.client, transaction -> {
            ClientTransitions.withdraw(transaction, asked);
            return true;
        });
    }

    private Map<String, String> changes(Map<String, String> since) throws Exception {
        Map<String, String> changes = new TreeMap<>(fixture.tree());
        changes.entrySet().removeAll(since.entrySet());
        return changes;
    }

    private static void assertDenied(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(XenStoreException.class,
                refused -> assertThat(refused.error()).isIn("EACCES", "EPERM"));
    }
}
