package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.core.local.LocalDirectory;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sleeping service behind sockets, with curl as the client, the directory and the front as processes. */
final class FrontCommandTest {

    private static final Pattern LISTENS = Pattern.compile("listens on 127\\.0\\.0\\.1:([0-9]+);");

    @TempDir
    private Path folder;

    private LocalHost host;
    private Path config;

    @BeforeEach
    void startHost() throws IOException {
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder.resolve("h")));
        config = folder.resolve("services.yaml");
    }

    @AfterEach
    void stopHost() {
        host.close();
    }

    private String dir() {
        return host.directory().toString();
    }

    /** A guest that answers each conduit with one page, and ends with its terminal: the directory's. */
    private Path page() throws IOException {
        return page("www", "hello");
    }

    private Path page(String name, String text) throws IOException {
        String listen = "'" + String.join("' '", JavaProcess.command("listen", name)) + "'";
        return Files.writeString(folder.resolve(name + ".sh"),
                "while :; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\n" + text + "\\n' | " + listen + "; done\n");
    }

    private Command jitsud() throws IOException {
        Command jitsud = Command.start("jitsud", "--config", config.toString(), "--dir", dir());
        assertThat(jitsud.awaitNotice("services ready")).contains("services ready");
        return jitsud;
    }

    private void stop() throws Exception {
        stop("www");
    }

    private void stop(String name) throws Exception {
        assertThat(Command.run("services", "stop", name, "--dir", dir()).exit()).isZero();
    }

    private static String curl(int port) throws Exception {
        return curl("127.0.0.1", port);
    }

    private static String curl(String host, int port) throws Exception {
        try (Command curl = Command.start(new ProcessBuilder("curl", "-sS", "--max-time", "50", "--connect-to",
                "::127.0.0.1:", "http://" + host + ":" + port + "/"))) {
            Command.Result result = curl.finish();
            return result.exit() == 0 ? result.text() : "exit " + result.exit() + ": " + result.error();
        }
    }

    private Command front(String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("front", "--listen", "127.0.0.1:0", "--service", "www", "--dir", dir()));
        words.addAll(List.of(more));
        return Command.start(words.toArray(String[]::new));
    }

    private static int port(Command front) {
        Matcher matcher = LISTENS.matcher(front.awaitNotice("listens on"));
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Test
    void shouldBootServiceForCurlAndCarryItsConnection() throws Exception {
        Files.writeString(config, """
                services:
                  - name: www
                    launcher: process
                    process: { command: [sh, %s] }
                    ready: { conduit: www, within: 60s }
                """.formatted(page()));
        try (Command jitsud = jitsud(); Command front = front()) {
            assertThat(curl(port(front))).isEqualTo("hello\n");
            assertThat(jitsud.awaitNotice("www: ready")).contains("asked for");
            stop();
        }
    }

    @Test
    void shouldReachServiceThatSpeaksTcp() throws Exception {
        int own = freePort();
        Files.writeString(folder.resolve("index.html"), "by tcp\n");
        Files.writeString(config, """
                services:
                  - name: www
                    addresses: ["127.0.0.1"]
                    ports: [%d]
                    launcher: process
                    process: { command: [python3, -m, http.server, --bind, 127.0.0.1, "%d"], directory: %s }
                    ready: { port: %d, within: 60s }
                """.formatted(own, own, folder, own));
        try (Command jitsud = jitsud(); Command front = front("--to", "127.0.0.1:" + own)) {
            assertThat(curl(port(front))).isEqualTo("by tcp\n");
            stop();
            assertThat(jitsud.awaitNotice("www: ready")).contains("www: asked for");
        }
    }

    @Test
    void shouldAnswerForAddressesOfServicesThatReceiveByConduit() throws Exception {
        int port = freePort();
        Files.writeString(config, """
                front: { kind: socket }
                services:
                  - name: www
                    addresses: ["127.0.0.1"]
                    ports: [%d]
                    launcher: process
                    process: { command: [sh, %s] }
                    ready: { conduit: www, within: 60s }
                    receive: conduit
                """.formatted(port, page()));
        try (Command jitsud = jitsud()) {
            assertThat(curl(port)).isEqualTo("hello\n");
            assertThat(Command.run("timeline", "--dir", dir()).text()).containsPattern("www .* syn +127\\.0\\.0\\.1");
            stop();
            assertThat(jitsud.awaitNotice("www: ready")).contains("www: asked for");
        }
    }

    private static String shared(String name, int port, Path script, String more) {
        return """
                  - name: %s
                    addresses: ["127.0.0.1"]
                    ports: [%d]
                    launcher: process
                    process: { command: [sh, %s] }
                    ready: { conduit: %s, within: 60s }
                    receive: conduit
                    %s
                """.formatted(name, port, script, name, more);
    }

    private String states() throws Exception {
        return Command.run("services", "--json", "--dir", dir()).text();
    }

    @Test
    void shouldBootOnlyTheServiceThatTheClientNames() throws Exception {
        int port = freePort();
        Files.writeString(config, "front: { kind: socket }\nservices:\n"
                + shared("www", port, page("www", "pages"), "hosts: [www.example.org]")
                + shared("shop", port, page("shop", "goods"), "hosts: [\"*.example.org\"]"));
        try (Command jitsud = jitsud()) {
            assertThat(curl("elsewhere.test", port)).isEqualTo("there is no host 'elsewhere.test' here\n");
            assertThat(states()).doesNotContain("\"state\":\"ready\"");
            assertThat(curl("a.example.org", port)).isEqualTo("goods\n");
            assertThat(jitsud.awaitNotice("shop: ready")).doesNotContain("www: asked for");
            assertThat(curl("www.example.org", port)).isEqualTo("pages\n");
            stop("shop");
            stop();
        }
    }

    @Test
    void shouldTellServicesApartWithoutDirectorysFront() throws Exception {
        Files.writeString(config, """
                services:
                  - { name: www, launcher: process, process: { command: [sh, %s] }, ready: { conduit: www, within: 60s } }
                  - { name: shop, launcher: process, process: { command: [sh, %s] }, ready: { conduit: shop, within: 60s } }
                """.formatted(page("www", "pages"), page("shop", "goods")));
        try (Command jitsud = jitsud(); Command front = front("--host", "shop.example.org=shop")) {
            int port = port(front);
            assertThat(curl("shop.example.org", port)).isEqualTo("goods\n");
            assertThat(jitsud.awaitNotice("shop: ready")).doesNotContain("www: asked for");
            assertThat(curl("127.0.0.1", port)).as("who names no other").isEqualTo("pages\n");
            stop("shop");
            stop();
        }
        assertThat(Command.run("front", "--listen", "0", "--host", "a..b=www", "--dir", dir()).error())
                .contains("host 'a..b' is no name such as www.example.org or *.example.org");
        assertThat(Command.run("front", "--listen", "0").error()).contains("there is neither --service nor --host");
    }

    @Test
    void shouldResetClientsOfServiceThatDoesNotStart() throws Exception {
        Files.writeString(config, """
                services:
                  - name: www
                    launcher: process
                    process: { command: ["/bin/false"] }
                    ready: { conduit: www, within: 60s }
                """);
        try (Command jitsud = jitsud(); Command front = front()) {
            assertThat(curl(port(front))).startsWith("exit 56: ");
            assertThat(front.awaitNotice("a client was reset")).contains("connect to 'www' failed: service 'www' ended before it was ready");
            assertThat(jitsud.process().isAlive()).isTrue();
        }
    }

    @Test
    void shouldRefuseWhereItCannotListen() throws Exception {
        Command.Result wrong = Command.run("front", "--listen", "70000", "--service", "www");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.error()).contains("'70000' is not [HOST:]PORT with a port up to 65535");
    }

    @Test
    void shouldNameTheMissingRightAndAnotherFront() throws Exception {
        assumeTrue(LocalDirectory.userId() == 0, "only root has a right to give up");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not here; on Debian: apt-get install util-linux");
        Files.writeString(config, "front: { kind: tap, interface: conduittap0 }\nservices: []\n");
        List<String> words = new ArrayList<>(List.of("setpriv", "--bounding-set", "-net_admin"));
        words.addAll(JavaProcess.command("jitsud", "--config", config.toString(), "--dir", dir()));
        try (Command jitsud = Command.start(new ProcessBuilder(words))) {
            Command.Result result = jitsud.finish();
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.error()).contains("front on 'conduittap0': ").contains("this process lacks CAP_NET_ADMIN")
                    .contains("'front: { kind: socket }' needs no rights");
        }
    }
}
