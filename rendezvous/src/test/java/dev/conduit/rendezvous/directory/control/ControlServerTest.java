package dev.conduit.rendezvous.directory.control;

import static dev.conduit.rendezvous.directory.Configurations.service;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.rendezvous.Conduit;
import dev.conduit.rendezvous.ConduitConnection;
import dev.conduit.rendezvous.ConduitRefusedException;
import dev.conduit.rendezvous.ConduitTimeoutException;
import dev.conduit.rendezvous.ConnectOptions;
import dev.conduit.rendezvous.RefusalReason;
import dev.conduit.rendezvous.directory.Configurations;
import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.DirectoryFixture;
import dev.conduit.rendezvous.launch.LaunchException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A directory that is asked: by guests, by a connect to a service that sleeps, and by the operator. */
@Timeout(180)
final class ControlServerTest {

    private static final Duration LONG = DirectoryFixture.LONG;

    private DirectoryFixture local;
    private ControlServer server;
    private Conduit guest;
    private Path socket;
    private Optional<String> reload = Optional.empty();

    /** Started guests listen under their own names. */
    @BeforeEach
    void open() throws Exception {
        local = new DirectoryFixture();
        local.launcher().boot = spec -> {
            try {
                Conduit conduit = local.conduit(spec.name());
                conduit.listen(spec.name());
                return conduit.platform().self().value();
            } catch (IOException failed) {
                throw new LaunchException(failed.getMessage(), failed);
            }
        };
        Directory directory = local.directory(Configurations.of(service("www"), service("broken")));
        socket = local.folder().resolve("jitsud.sock");
        server = ControlServer.start(directory, local.conduit("jitsud"), socket, () -> reload);
        guest = local.conduit("guest");
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        local.close();
    }

    /** The answer of the guests' conduit to any bytes. */
    private String say(String text) throws IOException {
        try (ConduitConnection jitsud = guest.connect("jitsud", LONG)) {
            jitsud.write(ByteBuffer.wrap(text.getBytes(UTF_8)), LONG);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            jitsud.input().transferTo(answer);
            return answer.toString(UTF_8);
        }
    }

    private long starts(String name) {
        return local.launcher().calls.stream().filter(("start " + name)::equals).count();
    }

    @Test
    void shouldBootAServiceThatIsConnectedTo() throws IOException {
        try (ConduitConnection www = guest.connect("www", LONG)) {
            assertThat(www.isOpen()).isTrue();
            assertThat(www.peerName()).isEqualTo("www");
        }
        assertThat(starts("www")).isEqualTo(1);
    }

    @Test
    void shouldBootOnceForManyThatConnectAtOnce() throws Exception {
        List<CompletableFuture<Void>> clients = IntStream.range(0, 40).mapToObj(i -> CompletableFuture.runAsync(() -> {
            try {
                guest.connect("www", LONG).close();
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        }, task -> new Thread(task).start())).toList();
        for (CompletableFuture<Void> client : clients) {
            client.get(LONG.toSeconds() + 10, TimeUnit.SECONDS);
        }
        assertThat(starts("www")).isEqualTo(1);
    }

    @Test
    void shouldSayWhyAServiceThatIsConnectedToDoesNotStart() {
        local.launcher().boot = spec -> {
            throw new LaunchException("no such kernel");
        };
        assertThatThrownBy(() -> guest.connect("broken", LONG))
                .isInstanceOfSatisfying(ConduitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.NOT_STARTED))
                .hasMessage("connect to 'broken' failed: service 'broken' could not be started: no such kernel");
    }

    @Test
    void shouldTimeOutWhenTheServiceIsNotReadyInTime() {
        local.launcher().boot = spec -> -1;
        assertThatThrownBy(() -> guest.connect("www", Duration.ofMillis(300)))
                .isInstanceOf(ConduitTimeoutException.class)
                .hasMessageStartingWith("connect to 'www' timed out after 300 ms: ");
    }

    @Test
    void shouldRefuseNamesThatNoServiceHasAsBefore() {
        assertThatThrownBy(() -> guest.connect("nobody", LONG)).hasMessage("no such name: 'nobody'");
    }

    @Test
    void shouldWakeNobodyWhenToldSo() {
        assertThatThrownBy(() -> guest.connect("www", LONG, ConnectOptions.defaults().withWaking(false)))
                .hasMessage("no such name: 'www'");
        assertThat(local.launcher().calls).isEmpty();
    }

    @Test
    void shouldLetGuestsOnlyAsk() throws IOException {
        assertThat(say("{\"do\":\"ask\",\"name\":\"www\",\"within\":60000}\n")).isEqualTo("""
                {"ok":true,"rows":1}
                {"service":"www","addresses":[],"ready":true}
                """);
        for (String request : new String[] {"services", "timeline", "stop", "reload"}) {
            assertThat(say("{\"do\":\"" + request + "\",\"name\":\"www\"}\n"))
                    .startsWith("{\"ok\":false,\"reason\":\"bad-request\",\"message\":\"a guest may only ask;");
        }
    }

    @Test
    void shouldRefuseWhatIsNoRequest() throws IOException {
        assertThat(say("nonsense\n")).contains("no JSON");
        assertThat(say("{}\n")).contains("bad-request");
        assertThat(say("[1,2]\n")).contains("bad-request");
        assertThat(say("{\"do\":\"ask\",\"name\":\"www\"}\n")).contains("within = 0 to 600000 milliseconds");
        assertThat(say("{\"do\":\"ask\",\"name\":7,\"within\":-5}\n")).contains("bad-request");
        assertThat(say("x".repeat(Session.MAX_LINE + 1))).isEmpty();
        Random random = new Random(11);
        for (int i = 0; i < 30; i++) {
            StringBuilder junk = new StringBuilder();
            random.ints(1 + random.nextInt(200), 1, 256).forEach(c -> junk.append((char) c));
            assertThat(say(junk.append('\n').toString())).as("junk %d", i).doesNotContain("\"ok\":true");
        }
        assertThat(say("{\"do\":\"ask\",\"name\":\"www\",\"within\":60000}\n")).contains("\"ready\":true");
    }

    @Test
    void shouldServeOthersWhileOneGuestHoldsAllItMay() throws IOException {
        Conduit greedy = local.conduit("greedy");
        List<ConduitConnection> held = new ArrayList<>();
        for (int i = 0; i < 2 * Sessions.MOST_OF_ONE; i++) {
            held.add(greedy.connect("jitsud", LONG));
        }
        assertThat(say("{\"do\":\"ask\",\"name\":\"www\",\"within\":60000}\n")).contains("\"ready\":true");
        // Those beyond its share are closed at once, the others when they have not said anything for 5 s.
        await().atMost(LONG).until(() -> held.stream().noneMatch(ControlServerTest::isServed));
        held.forEach(ConduitConnection::close);
    }

    private static boolean isServed(ConduitConnection connection) {
        try {
            return connection.tryRead(ByteBuffer.allocate(1)) >= 0;
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void shouldShowAndStopServicesForTheOperator() throws IOException {
        guest.connect("www", LONG).close();
        assertThat(ControlClient.call(socket, Map.of("do", "services"))).hasSize(2).first().satisfies(row -> {
            assertThat(row.path("service").asString()).isEqualTo("www");
            assertThat(row.path("state").asString()).isEqualTo("ready");
            assertThat(row.path("starts").asInt()).isEqualTo(1);
        });
        assertThat(ControlClient.call(socket, Map.of("do", "timeline", "name", "www"))).singleElement().satisfies(row -> {
            assertThat(row.path("cause").asString()).isEqualTo("connect");
            assertThat(row.path("asker").asString()).isEqualTo("domain-" + guest.platform().self());
            assertThat(row.path("ready").asDouble()).isGreaterThanOrEqualTo(row.path("created").asDouble());
        });
        assertThat(ControlClient.call(socket, Map.of("do", "stop", "name", "www"))).isEmpty();
        assertThat(local.launcher().calls).containsExactly("start www", "stop www DESTROY");
        assertThatThrownBy(() -> ControlClient.call(socket, Map.of("do", "stop", "name", "nobody")))
                .hasMessage("service 'nobody': there is no service 'nobody'");
        assertThatThrownBy(() -> ControlClient.call(socket, Map.of("do", "timeline", "name", "nobody")))
                .hasMessage("there is no service 'nobody'");
        assertThatThrownBy(() -> ControlClient.call(socket, Map.of("do", "dance"))).hasMessageStartingWith("a request is");
    }

    @Test
    void shouldShowCountersToTheOperatorAlone() throws IOException {
        guest.connect("www", LONG).close();
        assertThat(ControlClient.call(socket, Map.of("do", "counters")))
                .anySatisfy(row -> assertThat(row).hasToString("{\"counter\":\"directory.starts\",\"value\":1}"))
                .anySatisfy(row -> assertThat(row).hasToString("{\"counter\":\"directory.services\",\"value\":2}"));
        assertThat(say("{\"do\":\"counters\"}\n")).contains("a guest may only ask");
    }

    @Test
    void shouldHaveTheConfigurationReadAgain() throws IOException {
        assertThat(ControlClient.call(socket, Map.of("do", "reload"))).isEmpty();
        reload = Optional.of("services.yaml:1: wrong");
        assertThatThrownBy(() -> ControlClient.call(socket, Map.of("do", "reload"))).hasMessage("services.yaml:1: wrong");
    }

    @Test
    void shouldKeepTheSocketForItsOwnerAndOneDirectory() throws IOException {
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> ControlServer.start(null, guest, socket, Optional::empty))
                .hasMessage("a directory runs already: it listens on " + socket);
        server.close();
        assertThat(socket).doesNotExist();
        assertThatThrownBy(() -> ControlClient.call(socket, Map.of("do", "services")))
                .hasMessage("no directory runs: there is no " + socket + "; 'conduit jitsud' starts one");
    }

    @Test
    void shouldEndAnOperatorThatSaysNothing() throws IOException {
        try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            assertThat(ControlClient.call(socket, Map.of("do", "services"))).hasSize(2);
            assertThat(silent.read(ByteBuffer.allocate(1))).isNegative();
        }
    }
}
