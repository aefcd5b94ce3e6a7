package dev.conduit.rendezvous.steward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.peer.Peers.Daemon;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the steward answers guests of a real oxenstored, good and bad, and what it removes. */
@Timeout(60)
class StewardTest {

    private static final DomainId SERVER = new DomainId(3);
    private static final DomainId CLIENT = new DomainId(7);

    private PeerDomains domains;
    private XenStoreClient server;
    private XenStoreClient client;
    private Steward steward;

    @BeforeEach
    void start() throws Exception {
        domains = new PeerDomains(Daemon.OCAML);
        server = domains.introduce(SERVER);
        client = domains.introduce(CLIENT);
        steward = Steward.start(domains.dom0);
    }

    @AfterEach
    void stop() {
        if (steward != null) {
            steward.close();
        }
        if (domains != null) {
            domains.close();
        }
    }

    @Test
    void shouldCloseTheTreeToGuests() throws Exception {
        assertThat(domains.tree(Layout.ROOT)).isEqualTo(Map.of("/conduit", " [r0]", "/conduit/flows", " [n0]"));
        assertDenied(() -> client.write("/conduit/mine", "7"));
        assertDenied(() -> client.write("/conduit/flows/f1", "(connecting (server web))"));
        assertDenied(() -> client.remove("/conduit"));
    }

    @Test
    void shouldMakeANameWithTheContractLayout() throws Exception {
        assertThat(ask(server, "name web")).isEqualTo("done 3");
        assertThat(domains.tree(Layout.ROOT)).containsAllEntriesOf(
                Map.of("/conduit/web", "3 [r3]", "/conduit/web/established", " [n3]"));
        server.mkdir("/conduit/web/listen");
        assertThat(server.permissions("/conduit/web/listen").get(0).domain()).isEqualTo(3);
        server.remove("/conduit/web");
        assertThat(domains.dom0.list("/conduit")).containsExactly("flows");
    }

    @Test
    void shouldMakeARequestWithTheContractLayout() throws Exception {
        listen();
        assertThat(ask(client, "connect web c1 browser")).isEqualTo("done 3");
        assertThat(ask(client, "connect web c2")).isEqualTo("done 3");
        assertThat(domains.tree(Layout.ROOT)).containsAllEntriesOf(Map.of(
                "/conduit/flows/c1", "(connecting (server web) (client browser)) [n7, b3]",
                "/conduit/web/listen/c1", "c1 [n7, b3]",
                "/conduit/flows/c2", "(connecting (server web)) [n7, b3]",
                "/conduit/web/listen/c2", "c2 [n7, b3]"));
    }

    @Test
    void shouldStartBesideAnotherWhereGuestsNeedOne() throws Exception {
        try (Steward second = Steward.startIfNeeded(domains.dom0).orElseThrow()) {
            for (int i = 0; i < 20; i++) {
                assertThat(ask(server, "name web" + i)).isEqualTo("done 3");
            }
            steward.close();
            assertThat(ask(server, "name last")).isEqualTo("done 3");
            assertThat(second.isRunning()).isTrue();
        }
    }

    @Test
    void shouldHideRequestsFromOthers() throws Exception {
        listen();
        ask(client, "connect web c1");
        XenStoreClient third = domains.introduce(new DomainId(9));
        assertDenied(() -> third.read("/conduit/flows/c1"));
        assertDenied(() -> third.write("/conduit/flows/c1", "(closed)"));
        assertDenied(() -> third.setPermissions("/conduit/flows/c1", List.of(Permission.parse("b9"))));
        assertDenied(() -> third.read("/conduit/web/listen/c1"));
        assertDenied(() -> third.list("/conduit/flows"));
        assertDenied(() -> third.list("/conduit/web/listen"));
        assertDenied(() -> third.write("/conduit/web/listen/c9", "c9"));
        assertDenied(() -> third.remove("/conduit/web/listen"));
        assertDenied(() -> third.write("/conduit/web", "9"));
        assertDenied(() -> client.remove("/conduit/web"));
    }

    @Test
    void shouldSayThatThereIsSomethingToLookAt() throws Exception {
        assertThat(ask(client, "connect web c1")).startsWith("again ");
        listen();
        assertThat(ask(client, "name web")).startsWith("again ");
        ask(client, "connect web c1");
        Map<String, String> before = domains.tree(Layout.ROOT);
        assertThat(ask(server, "connect web c1")).startsWith("again ");
        assertThat(ask(client, "connect nobody c2")).startsWith("again ");
        assertThat(domains.tree(Layout.ROOT)).isEqualTo(before);
    }

    @Test
    void shouldRefuseWhatIsNoAsk() throws Exception {
        for (String bad : List.of("", "name", "name a b", "name ../x", "name flows", "name jitsud", "name synjitsu",
                "name domain-3", "name " + "n".repeat(64), "connect web", "connect web 0123456789abc",
                "connect web c/1", "connect web c1 (x)", "connect web c1 x y", "remove web", "x".repeat(2000), "\0\n")) {
            assertThat(ask(client, bad)).as("answer to '%s'", bad).startsWith("refused ");
        }
        assertThat(domains.dom0.list("/conduit")).containsExactly("flows");
        assertThat(ask(client, "name domain-7")).isEqualTo("done 7");
    }

    @Test
    void shouldNotTakeAnAskFromAnother() throws Exception {
        client.mkdir("data/conduit-ask");
        client.setPermissions("data/conduit-ask", List.of(Permission.parse("b7")));
        domains.dom0.write(Layout.ask(CLIENT, "forged"), "name web");
        domains.dom0.setPermissions(Layout.ask(CLIENT, "forged"), List.of(Permission.parse("n3")));
        await().atMost(PeerDomains.LONG).until(() ->
                domains.dom0.readString(Layout.ask(CLIENT, "forged")).startsWith("refused ")
                        || domains.dom0.exists("/conduit/web"));
        assertDenied(() -> server.write(Layout.ask(new DomainId(0), "x"), "name web"));
    }

    @Test
    void shouldBoundWhatOneDomainHas() throws Exception {
        listen();
        int done = 0;
        String answer = ask(client, "connect web c0");
        while (answer.startsWith("done ")) {
            done++;
            answer = ask(client, "connect web c" + done);
        }
        assertThat(done).isEqualTo(Holdings.MOST / 2);
        assertThat(answer).isEqualTo("refused domain 7 has 512 nodes in /conduit, the most for one domain");
        client.remove("/conduit/flows/c0");
        assertThat(ask(client, "connect web more")).startsWith("refused ");
        client.remove("/conduit/web/listen/c0");
        assertThat(ask(client, "connect web more")).isEqualTo("done 3");
        assertThat(ask(server, "name other")).isEqualTo("done 3");
    }

    @Test
    void shouldAnswerOthersWhileOneAsksWithoutEnd() throws Exception {
        for (int i = 0; i < 300; i++) {
            client.write("data/conduit-ask/a" + i, "nonsense");
        }
        assertThat(ask(server, "name web")).isEqualTo("done 3");
        await().atMost(PeerDomains.LONG).untilAsserted(() ->
                assertThat(domains.dom0.list(Layout.asks(CLIENT))).hasSizeLessThanOrEqualTo(AskDesk.MOST_ASKS));
    }

    @Test
    void shouldAnswerWhatWasAskedBeforeItStarted() throws Exception {
        steward.close();
        server.write("data/conduit-ask/a1", "name web");
        steward = Steward.start(domains.dom0);
        assertThat(answer(server, "data/conduit-ask/a1")).isEqualTo("done 3");
    }

    @Test
    void shouldRemoveWhatDomainsLeftThatEndedBeforeItStarted() throws Exception {
        listen();
        steward.close();
        give("/conduit/old", "9");
        give("/conduit/old/established", "9");
        give("/conduit/flows/f9", "9");
        give("/conduit/web/listen/f9", "9");
        give("/conduit/flows/f7", "7");
        steward = Steward.start(domains.dom0);
        await().atMost(PeerDomains.LONG).untilAsserted(() -> {
            assertThat(domains.dom0.list("/conduit")).containsExactlyInAnyOrder("flows", "web");
            assertThat(domains.dom0.list("/conduit/flows")).containsExactly("f7");
            assertThat(domains.dom0.list("/conduit/web/listen")).isEmpty();
        });
    }

    /** oxenstored removes a domain's nodes; what dom0 makes for it in that moment is the steward's to find. */
    @Test
    void shouldRemoveWhatWasMadeForADomainWhileItEnded() throws Exception {
        listen();
        Holdings holdings = new Holdings();
        Remains remains = new Remains(domains.dom0, holdings);
        holdings.add(SERVER, List.of("/conduit/web"));
        holdings.add(CLIENT, List.of("/conduit/browser", "/conduit/flows/c1", "/conduit/web/listen/c1", "/conduit/web"));
        assertThat(remains.removeOne()).isFalse();
        domains.destroy(CLIENT);
        give("/conduit/browser", "7");
        give("/conduit/flows/c1", "7");
        give("/conduit/web/listen/c1", "7");
        assertThat(remains.removeOne()).isTrue();
        assertThat(remains.removeOne()).isFalse();
        assertThat(domains.tree(Layout.ROOT).keySet()).containsExactlyInAnyOrder("/conduit", "/conduit/flows",
                "/conduit/web", "/conduit/web/listen", "/conduit/web/established");
    }

    @Test
    void shouldLeaveADomainsNodesThatHasAHomeButDoesNotRunYet() throws Exception {
        steward.close();
        domains.dom0.mkdir("/local/domain/9");
        give("/conduit/soon", "9");
        give("/conduit/old", "10");
        steward = Steward.start(domains.dom0);
        await().atMost(PeerDomains.LONG).until(() -> !domains.dom0.exists("/conduit/old"));
        assertThat(domains.dom0.exists("/conduit/soon")).isTrue();
    }

    @Test
    void shouldMakeTheTreeAgain() throws Exception {
        domains.dom0.remove("/conduit");
        await().atMost(PeerDomains.LONG).until(() -> domains.dom0.exists("/conduit/flows"));
        assertThat(domains.tree(Layout.ROOT)).isEqualTo(Map.of("/conduit", " [r0]", "/conduit/flows", " [n0]"));
        assertThat(ask(server, "name web")).isEqualTo("done 3");
    }

    @Test
    void shouldDoNoHarmTwice() throws Exception {
        try (XenStoreClient own = domains.connect(); Steward second = Steward.start(own)) {
            assertThat(ask(server, "name web")).isEqualTo("done 3");
            server.mkdir("/conduit/web/listen");
            for (int i = 0; i < 20; i++) {
                assertThat(ask(client, "connect web c" + i)).isEqualTo("done 3");
            }
            assertThat(second.isRunning()).isTrue();
        }
        assertThat(domains.dom0.list("/conduit/web/listen")).hasSize(20);
    }

    @Test
    void shouldEndWithXenStore() throws Exception {
        XenStoreClient own = domains.connect();
        try (Steward other = Steward.start(own)) {
            own.close();
            assertThatThrownBy(other::awaitEnd).isInstanceOf(XenStoreException.class);
        }
    }

    private void listen() throws Exception {
        assertThat(ask(server, "name web")).isEqualTo("done 3");
        server.mkdir("/conduit/web/listen");
        server.setPermissions("/conduit/web/listen", Layout.closedListenPermissions(SERVER));
    }

    /** As dom0, a node of a domain. */
    private void give(String path, String domain) throws Exception {
        domains.dom0.<Boolean, XenStoreException>transaction(transaction -> {
            transaction.write(path, domain);
            transaction.setPermissions(path, List.of(Permission.parse("r" + domain)));
            return true;
        });
    }

    private static String ask(XenStoreClient guest, String ask) throws Exception {
        String path = "data/conduit-ask/one";
        guest.write(path, ask);
        String answer = answer(guest, path);
        guest.remove(path);
        return answer;
    }

    private static String answer(XenStoreClient guest, String path) throws Exception {
        return guest.waitFor(reads -> {
            String value = reads.readString(path);
            return value.matches("(?s)(done|again|refused) .*") ? value : null;
        }, PeerDomains.LONG);
    }

    private static void assertDenied(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(XenStoreException.class,
                refused -> assertThat(refused.error()).isEqualTo("EACCES"));
    }
}
