package dev.conduit.testbed.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.testbed.actor.Dom0;
import dev.conduit.testbed.actor.Remote;
import dev.conduit.xenstore.Permission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names between dom0 and two guests; dom0 has prepared XenStore with "conduit init". As it stands, under C xenstored. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamesTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    /** Some megabytes that are the same in each domain. */
    private static final String FILE = "cat /tests/jna-*.jar | ";

    private static final Pattern SERVER = Pattern.compile("\\(server ([^)]+)\\)");

    Cast cast;

    @BeforeAll
    void start() throws Exception {
        cast = new Cast();
    }

    @AfterAll
    void end() {
        cast.close();
    }

    /** Nothing of a test may be left in the store, in any domain's part of it. */
    @AfterEach
    void checkStoreIsClean() {
        cast.clear();
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(cast.store.list("/conduit")).containsExactly("flows");
            assertThat(cast.store.list("/conduit/flows")).isEmpty();
            assertThat(Dom0.vchans()).isEmpty();
        });
    }

    @Test
    void shouldFindWhatTheOperatorPrepared() throws Exception {
        assertThat(cast.store.permissions(Layout.ROOT)).isEqualTo(rootPermissions());
        assertThat(cast.store.permissions(Layout.FLOWS)).isEqualTo(flowsPermissions());
    }

    /** What the tree has under the server of this run. */
    List<Permission> rootPermissions() {
        return Layout.rootPermissions();
    }

    List<Permission> flowsPermissions() {
        return Layout.flowsPermissions();
    }

    List<Permission> listenPermissions(DomainId server) {
        return Layout.listenPermissions(server);
    }

    @ParameterizedTest
    @CsvSource({"g17, g25", "g25, g17", "dom0-17, g25", "g25, dom0-17", "dom0-25, g17", "g17, dom0-25"})
    void shouldCarryBytesBothWays(String server, String client) throws Exception {
        Remote serving = cast.named(server);
        Remote asking = cast.named(client);
        serving.order("listen echo 16");
        String flow = asking.order("dial one echo 60");

        asking.order("exchange one 7 500000 120");
        assertThat(cast.store.readString(Layout.name("echo"))).isEqualTo(Integer.toString(serving.domain()));
        assertThat(cast.store.permissions(Layout.name("echo"))).isEqualTo(Layout.namePermissions(id(serving)));
        assertThat(cast.store.permissions(Layout.listen("echo"))).isEqualTo(listenPermissions(id(serving)));
        assertThat(cast.store.readString(Layout.flow(flow))).startsWith("(established ").contains("(server echo)");
        asking.order("close one");
    }

    @Test
    void shouldCarrySeveralConnectionsAtOnce() {
        cast.g17.order("listen echo 16");
        List<Remote> clients = List.of(cast.g25, cast.dom0On17, cast.dom0On25);
        for (int i = 0; i < 4; i++) {
            for (Remote client : clients) {
                client.order("dial c" + i + " echo 60");
            }
        }
        for (int i = 0; i < 4; i++) {
            for (Remote client : clients) {
                client.order("exchange c" + i + " " + i + " 50000 60");
            }
        }
    }

    /** Several servers under one name: clients take turns, and the operator sees how much went each way. */
    @Test
    void shouldShareANameAndTellHowMuchWentThrough() throws Exception {
        cast.g17.order("share web 16");
        cast.g25.order("share web 16");
        List<String> flows = new ArrayList<>();
        Map<String, Integer> turns = new TreeMap<>();
        for (int i = 0; i < 4; i++) {
            flows.add(cast.dom0On25.order("dial c" + i + " web 60"));
            Matcher server = SERVER.matcher(cast.store.readString(Layout.flow(flows.get(i))));
            assertThat(server.find()).isTrue();
            turns.merge(server.group(1), 1, Integer::sum);
        }
        assertThat(turns).containsOnly(
                Map.entry("web-" + cast.g17.domain(), 2), Map.entry("web-" + cast.g25.domain(), 2));

        cast.dom0On25.order("exchange c0 7 100000 120");
        cast.store.waitFor(reads -> reads.readString(Layout.flow(flows.get(0)))
                .contains("(to-server 100000) (to-client 100000)") ? true : null, SOON);
        assertThat(Dom0.shell("runtime=25 conduit flows --json").replaceAll("\\s+", ""))
                .contains("\"flow\":\"" + flows.get(0) + "\"").contains("\"to-server\":100000,\"to-client\":100000");
    }

    @Test
    void shouldTellThatThereIsNoSuchName() {
        assertThat(cast.g17.tryOrder("dial one nobody 20").text())
                .isEqualTo("ConduitRefusedException: no such name: 'nobody'");
        assertThat(cast.g25.order("run 120 conduit connect nobody"))
                .isEqualTo("1 conduit: no such name: 'nobody'");
    }

    @Test
    void shouldRefuseMoreThanTheBacklog() {
        cast.g25.order("listen full 0");
        cast.g17.order("dial one full 60");

        assertThat(cast.g17.tryOrder("dial two full 20").text()).startsWith("ConduitRefusedException: ")
                .endsWith("its backlog is full");
    }

    @Test
    void shouldNotTakeANameThatALivingDomainHas() {
        cast.g25.order("listen mine 4");

        assertThat(cast.g17.tryOrder("listen mine 4").text())
                .isEqualTo("ConduitNameTakenException: name 'mine' is taken: domain " + cast.g25.domain() + " has it");
    }

    @Test
    void shouldHideConnectionsFromOtherDomains() {
        cast.dom0On17.order("listen echo 4");
        String flow = cast.g17.order("dial one echo 60");

        for (String command : List.of("read " + Layout.flow(flow), "list " + Layout.FLOWS,
                "list " + Layout.listen("echo"), "list " + Layout.established("echo"))) {
            assertThat(cast.g25.order("run 20 xenstore-" + command)).as(command).startsWith("1 xenstore-");
        }
        assertThat(cast.g17.order("run 20 xenstore-read " + Layout.flow(flow))).startsWith("0 (established ");
        cast.g17.order("exchange one 1 1000 20");
    }

    /** The commands, in two domains; what arrives is compared by hash. */
    @ParameterizedTest
    @CsvSource({"g17, g25, '', ''", "dom0-25, g17, runtime=25, ''", "g25, dom0-17, '', runtime=17"})
    void shouldPipeAFileThroughTheCommands(String server, String client, String serverRuntime, String clientRuntime)
            throws Exception {
        Remote serving = cast.named(server);
        Remote asking = cast.named(client);
        String sum = Dom0.shell(FILE + "sha256sum");
        serving.order("start listen " + serverRuntime + " conduit listen deposit --timeout 300 >/tmp/got");
        cast.store.waitFor(reads -> reads.exists(Layout.listen("deposit")) ? true : null, Duration.ofSeconds(180));

        String connected = asking.order("run 170 " + FILE + clientRuntime + " conduit connect deposit --timeout 60");
        assertThat(List.of(connected, serving.order("finish listen 60"))).as("client and server").containsOnly("0 ");
        assertThat(serving.order("run 20 sha256sum </tmp/got")).isEqualTo("0 " + sum.replaceAll("\\s+", " ").strip());
    }

    private static DomainId id(Remote actor) {
        return new DomainId(actor.domain());
    }
}
