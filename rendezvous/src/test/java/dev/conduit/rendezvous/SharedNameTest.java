package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several servers under one name. */
class SharedNameTest extends TwoDomains {

    private static final ListenOptions OPEN = ListenOptions.defaults().withOpenSharing();

    private final List<Conduit> members = new ArrayList<>();

    private List<ConduitServer> listen(int count, ListenOptions options) throws IOException {
        List<ConduitServer> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(local.conduit("member" + i));
            servers.add(members.get(i).listen("web", options));
        }
        return servers;
    }

    private DomainId domain(int member) {
        return members.get(member).platform().self();
    }

    private String own(int member) {
        return "web-" + domain(member);
    }

    /** Connects so many times; how often each domain was the peer. The connections stay open. */
    private Map<DomainId, Integer> connect(int times, ConnectOptions options, List<ConduitConnection> open)
            throws IOException {
        Map<DomainId, Integer> peers = new HashMap<>();
        for (int i = 0; i < times; i++) {
            ConduitConnection connection = asking.connect("web", LONG, options);
            open.add(connection);
            peers.merge(connection.peer(), 1, Integer::sum);
        }
        return peers;
    }

    private Map<DomainId, Integer> connect(int times) throws IOException {
        List<ConduitConnection> open = new ArrayList<>();
        Map<DomainId, Integer> peers = connect(times, ConnectOptions.defaults(), open);
        open.forEach(ConduitConnection::close);
        return peers;
    }

    @Test
    void shouldWriteTheDocumentedLayout() throws IOException {
        listen(2, OPEN);
        Map<String, String> tree = local.tree();
        DomainId first = domain(0);
        DomainId second = domain(1);
        assertThat(tree).containsEntry("/conduit/web", first + " [r" + first + "]")
                .containsEntry("/conduit/web/members", " [b" + first + "]")
                .containsEntry("/conduit/web/members/web-" + first, "0 [r" + first + "]")
                .containsEntry("/conduit/web/members/web-" + second, "0 [r" + second + "]")
                .containsEntry("/conduit/web-" + second, second + " [r" + second + "]")
                .containsKey("/conduit/web-" + second + "/listen")
                .doesNotContainKeys("/conduit/web/listen", "/conduit/web/established");
    }

    @Test
    void shouldTakeTurns() throws IOException {
        listen(3, OPEN);
        assertThat(connect(9)).containsOnlyKeys(domain(0), domain(1), domain(2)).containsValues(3).hasSize(3);
    }

    @Test
    void shouldPreferTheServerWithTheFewestConnections() throws IOException {
        List<ConduitServer> servers = listen(2, OPEN);
        List<ConduitConnection> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(asking.connect(own(0), LONG));
            open.add(servers.get(0).accept(LONG));
        }
        await().atMost(LONG).until(() ->
                local.dom0.readString(Layout.member("web", own(0))).equals("4"));
        ConnectOptions least = ConnectOptions.defaults().withChoice(Choice.LEAST_CONNECTIONS);
        assertThat(connect(4, least, open)).isEqualTo(Map.of(domain(1), 4));
        open.forEach(ConduitConnection::close);
        await().atMost(LONG).until(() ->
                local.dom0.readString(Layout.member("web", own(0))).equals("0"));
    }

    @Test
    void shouldTellClientWhichServerItHas() throws IOException {
        List<ConduitServer> servers = listen(1, OPEN);
        try (ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = servers.get(0).accept(LONG)) {
            assertThat(client.peerName()).isEqualTo(own(0));
            assertThat(servers.get(0).name()).isEqualTo("web");
            assertThat(accepted.flow()).isEqualTo(client.flow());
        }
    }

    @Test
    void shouldTryTheNextWhenOneRefuses() throws IOException {
        listen(2, OPEN.withBacklog(1));
        List<ConduitConnection> open = new ArrayList<>();
        open.add(asking.connect(own(0), LONG));
        assertThat(connect(1, ConnectOptions.defaults(), open)).isEqualTo(Map.of(domain(1), 1));
        assertThatThrownBy(() -> asking.connect("web", RETRIES)).isInstanceOfSatisfying(
                ConduitRefusedException.class,
                refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.BACKLOG_FULL));
        open.forEach(ConduitConnection::close);
    }

    @Test
    void shouldTryTheNextWhenOneDoesNotAnswer() throws IOException {
        listen(1, OPEN);
        Platform stuck = local.platform("stuck");
        SilentServer.listen(stuck, "web-" + stuck.self());
        stuck.xenStore().write(Layout.member("web", "web-" + stuck.self()), "0");
        for (int i = 0; i < 2; i++) {
            try (ConduitConnection client = asking.connect("web", RETRIES)) {
                assertThat(client.peer()).isEqualTo(domain(0));
            }
        }
    }

    @Test
    void shouldGoOnWhenTheOwnerOfTheNameDies() throws IOException {
        listen(3, OPEN);
        assertThat(connect(3)).hasSize(3);
        DomainId dead = domain(0);
        members.get(0).platform().close();
        // Asked at once, with no index or the one of a survivor: known servers are enough.
        assertThat(connect(4)).containsOnlyKeys(domain(1), domain(2));
        await().atMost(LONG).untilAsserted(() -> {
            assertThat(local.dom0.readString("/conduit/web")).isNotEqualTo(dead.toString());
            assertThat(local.dom0.list("/conduit/web/members")).containsExactlyInAnyOrder(own(1), own(2));
        });
        try (Conduit stranger = local.conduit("stranger");
                ConduitConnection client = stranger.connect("web", LONG)) {
            assertThat(client.peer()).isIn(domain(1), domain(2));
        }
    }

    @Test
    void shouldGoOnWhenTheOwnerOfTheNameCloses() throws IOException {
        List<ConduitServer> servers = listen(2, OPEN);
        servers.get(0).close();
        await().atMost(LONG).untilAsserted(() ->
                assertThat(local.dom0.list("/conduit/web/members")).containsExactly(own(1)));
        assertThat(connect(2)).isEqualTo(Map.of(domain(1), 2));
        servers.get(1).close();
        assertThat(local.dom0.exists("/conduit/web")).isFalse();
        assertThat(local.dom0.exists("/conduit/web-" + domain(1))).isFalse();
    }

    @Test
    void shouldComeBackWhenAnotherDomainRemovedTheIndex() throws IOException {
        listen(2, OPEN);
        asking.platform().xenStore().remove("/conduit/web/members");
        await().atMost(LONG).ignoreExceptionsMatching(gone -> gone instanceof XenStoreException).untilAsserted(() ->
                assertThat(local.dom0.list("/conduit/web/members")).containsExactlyInAnyOrder(own(0), own(1)));
    }

    @Test
    void shouldLetOnlyNamedDomainsIn() throws IOException {
        Conduit friend = local.conduit("friend");
        ListenOptions closed = ListenOptions.defaults().withSharing(
                Set.of(serving.platform().self(), friend.platform().self()));
        serving.listen("web", closed);
        friend.listen("web", closed);
        assertThatThrownBy(() -> asking.listen("web", OPEN)).isInstanceOf(ConduitNameTakenException.class)
                .hasMessage("name 'web' is taken: domain " + serving.platform().self() + " has it");
        assertThat(local.dom0.exists("/conduit/web-" + asking.platform().self())).isFalse();
        assertThat(connect(4)).containsOnlyKeys(serving.platform().self(), friend.platform().self());
    }

    @Test
    void shouldNotShareAPlainName() throws IOException {
        serving.listen("web");
        assertThatThrownBy(() -> asking.listen("web", OPEN)).isInstanceOf(ConduitNameTakenException.class);
        serving.register("other");
        assertThatThrownBy(() -> asking.listen("other", OPEN)).isInstanceOf(ConduitNameTakenException.class);
        assertThatThrownBy(() -> serving.listen("other", OPEN)).isInstanceOf(ConduitNameTakenException.class)
                .hasMessage("name 'other' is taken: this conduit has it for itself alone");
        assertThatThrownBy(() -> asking.listen("web")).isInstanceOf(ConduitNameTakenException.class);
    }

    /** Who may take part can offer itself; it cannot offer another's name, or be offered by another. */
    @Test
    void shouldNotBelieveMemberThatOffersAnothersName() throws IOException {
        listen(1, OPEN);
        serving.listen("bank");
        Platform evil = local.platform("evil");
        evil.xenStore().write(Layout.member("web", "bank"), "0");
        evil.xenStore().write(Layout.member("web", "nobody"), "0");
        evil.xenStore().write(Layout.member("web", "flows"), "0");
        evil.xenStore().write(Layout.member("web", "a@b"), "0");
        evil.xenStore().write(Layout.member("web", "many"), "99999999999");
        assertThat(connect(6)).containsOnlyKeys(domain(0));
        assertThat(new HashSet<>(MemberIndex.read(asking.platform().xenStore(), "web").stream()
                .map(Member::name).toList())).isEqualTo(Set.of("bank", "nobody", own(0)));
    }

    @Test
    void shouldSayWhenNobodyIsLeft() throws IOException {
        listen(1, OPEN);
        local.dom0.remove("/conduit/" + own(0) + "/listen");
        local.dom0.setPermissions("/conduit/" + own(0), Layout.namePermissions(new DomainId(999)));
        assertThatThrownBy(() -> asking.connect("web", LONG)).isInstanceOf(ConduitRefusedException.class)
                .hasMessageContaining(own(0));
        local.dom0.remove("/conduit/" + own(0));
    }

    @Test
    void shouldFollowANameThatIsNoLongerShared() throws IOException {
        List<ConduitServer> servers = listen(1, OPEN);
        assertThat(connect(2)).containsOnlyKeys(domain(0));
        servers.get(0).close();
        assertThatThrownBy(() -> asking.connect("web", LONG)).hasMessage("no such name: 'web'");
        serving.listen("web");
        assertThat(connect(2)).containsOnlyKeys(serving.platform().self());
    }

    @Test
    void shouldRefuseOptionsOutOfRange() {
        Set<DomainId> five = Set.of(new DomainId(1), new DomainId(2), new DomainId(3), new DomainId(4),
                new DomainId(5));
        assertThatIllegalArgumentException().isThrownBy(() -> ListenOptions.defaults().withSharing(five))
                .withMessage("a name is shared with 1 to 4 named domains, not with 5; with more of them, only with"
                        + " everybody");
        assertThatIllegalArgumentException().isThrownBy(() -> ListenOptions.defaults().withSharing(Set.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> serving.listen("x".repeat(63), OPEN))
                .withMessageContaining("has 65 characters, not 1 to 63");
    }
}
