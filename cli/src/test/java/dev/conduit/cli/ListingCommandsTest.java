package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitServer;
import dev.conduit.rendezvous.ListenOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code conduit names} and {@code conduit flows} on a local host with two domains. */
final class ListingCommandsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private LocalHost host;
    private LocalPlatform one;
    private LocalPlatform two;
    private Conduit serving;
    private Conduit asking;

    @BeforeEach
    void open() throws Exception {
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(directory.resolve("h")));
        one = LocalPlatform.open(host.directory().path(), "server");
        two = LocalPlatform.open(host.directory().path(), "client");
        serving = Conduit.open(one);
        asking = Conduit.open(two);
    }

    @AfterEach
    void close() {
        asking.close();
        serving.close();
        two.close();
        one.close();
        host.close();
    }

    private String text(String... words) throws Exception {
        Command.Result result = Command.run(words);
        assertThat(result.exit()).as(result.error()).isZero();
        return result.text();
    }

    private String dir() {
        return host.directory().toString();
    }

    @Test
    void shouldListNames() throws Exception {
        asking.register("browser");
        try (ConduitServer web = serving.listen("web");
                ConduitServer pool = serving.listen("pool", ListenOptions.defaults().withOpenSharing());
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = web.accept(LONG)) {
            assertThat(text("names", "--dir", dir()).lines()).containsExactly(
                    "NAME     DOMAIN  STATE       WAITING  CONNECTIONS  MEMBERS",
                    "browser       2  registered        0            0  -",
                    "pool          1  shared            0            0  pool-1",
                    "pool-1        1  listening         0            0  -",
                    "web           1  listening         0            1  -");
            JsonNode names = JsonMapper.shared().readTree(text("names", "--json", "--dir", dir())).get("names");
            assertThat(names).hasSize(4);
            assertThat(names.get(1).get("members").get(0).asString()).isEqualTo("pool-1");
            assertThat(names.get(3).get("connections").asInt()).isEqualTo(1);
            assertThat(accepted.flow()).isEqualTo(client.flow());
            assertThat(pool.name()).isEqualTo("pool");
        }
    }

    @Test
    void shouldListFlows() throws Exception {
        asking.register("browser");
        try (ConduitServer web = serving.listen("web");
                ConduitConnection client = asking.connect("web", LONG);
                ConduitConnection accepted = web.accept(LONG);
                XenStoreClient store = XenStoreClients.connect(host.directory().xenStoreSocket())) {
            client.write(ByteBuffer.allocate(12345));
            accepted.read(ByteBuffer.allocate(12345));
            String path = "/conduit/flows/" + client.flow();
            store.waitFor(reads -> reads.readString(path).contains("(to-server 12345)") ? true : null, LONG);

            assertThat(text("flows", "--dir", dir()).lines()).hasSize(2).last().asString()
                    .matches(client.flow() + " +established +web +browser +2 +12345 +0 +[0-9]+ +[0-9]+ +-");
            JsonNode report = JsonMapper.shared().readTree(text("flows", "--json", "--dir", dir()));
            assertThat(report.get("all").asInt()).isEqualTo(1);
            JsonNode flow = report.get("flows").get(0);
            assertThat(flow.get("flow").asString()).isEqualTo(client.flow());
            assertThat(flow.get("to-server").asInt()).isEqualTo(12345);
            assertThat(flow.get("idle").asInt()).isLessThanOrEqualTo(flow.get("age").asInt());
        }
    }

    @Test
    void shouldSayThatThereIsMore() throws Exception {
        serving.register("a");
        serving.register("b");
        serving.register("c");
        assertThat(text("names", "--most", "1", "--dir", dir()).lines()).hasSize(3).last()
                .isEqualTo("and 2 more: --most 3 shows them");
        Command.Result none = Command.run("names", "--most", "0", "--dir", dir());
        assertThat(none.exit()).isEqualTo(2);
        assertThat(none.error()).contains("a list of at most 0 entries is less than one");
    }

    @Test
    void shouldTellGuestThatItMayNot() throws Exception {
        for (String command : new String[] {"names", "flows"}) {
            Command.Result result = Command.runShell(host.directory().xenStoreSocket(one.self()),
                    "conduit " + command);
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.error().lines()).singleElement().asString().startsWith(
                    "conduit: only dom0 may list names and flows, and this is a guest: ");
        }
    }

    @Test
    void shouldSayWhenNobodyPreparedTheTree() throws Exception {
        try (XenStoreServer bare = XenStoreServer.start(ServerOptions.defaults())) {
            bare.listen(directory.resolve("bare"), 0);
            Command.Result result = Command.runShell(directory.resolve("bare"), "conduit flows");
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.error()).contains("XenStore has no /conduit/flows").contains("conduit init");
        }
    }
}
