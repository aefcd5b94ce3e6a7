package dev.conduit.testbed.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.core.Platforms;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.testbed.vchan.Pairing.End;
import dev.conduit.testbed.vchan.Pairing.Program;
import dev.conduit.vchan.SeededTransfer;
import dev.conduit.vchan.Vchan;
import dev.conduit.vchan.VchanChannel;
import dev.conduit.vchan.VchanOptions;
import dev.conduit.vchan.VchanServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One end of every pairing of our vchan and libxenvchan, with checked streams in both directions at once. The other end
 * is the same class in another domain. Two processes of the local platform do as well, with
 * {@code -Dconduit.testbed.platform=local}.
 */
class VchanTest {

    /** The other end may be later by a start of the JVM, or by a pairing that failed here and not there. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int PAGE = 4096;
    private static final long SEED_TO_SERVER = 1;
    private static final long SEED_TO_CLIENT = 2;

    private static End end;
    private static DomainId peer;
    private static Platform platform;

    @BeforeAll
    static void open() throws Exception {
        end = End.valueOf(System.getProperty("conduit.testbed.end"));
        peer = DomainId.parse(System.getProperty("conduit.testbed.peer"));
        platform = Platforms.open();
    }

    @AfterAll
    static void close() {
        platform.close();
    }

    static List<Pairing> plan() {
        return Pairing.plan();
    }

    @Test
    void shouldRunOnTheRightPlatform() {
        assertThat(platform.name()).isEqualTo(System.getProperty("conduit.testbed.platform", "xen"));
        assertThat(PosixLoader.posix().name()).isEqualTo(Runtime.version().feature() >= 22 ? "ffm" : "jna");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plan")
    void shouldCarryBothDirections(Pairing pairing) throws Exception {
        boolean server = pairing.server() == end;
        Program program = server ? pairing.serverProgram() : pairing.clientProgram();
        Pairing.Rings rings = pairing.rings();

        String line = switch (program) {
            case C -> runC(server, path(pairing), rings);
            case JAVA -> server ? serve(path(pairing), rings) : connect(path(pairing), rings);
        };

        assertThat(line).isEqualTo(server
                ? SeededTransfer.expected(rings.bytesToClient, rings.bytesToServer, SEED_TO_SERVER)
                : SeededTransfer.expected(rings.bytesToServer, rings.bytesToClient, SEED_TO_CLIENT));
    }

    private static String path(Pairing pairing) {
        boolean server = pairing.server() == end;
        return "/local/domain/" + (server ? platform.self() : peer) + "/data/vchan/" + (server ? peer : platform.self())
                + "/" + pairing.number();
    }

    private static String serve(String path, Pairing.Rings rings) throws Exception {
        VchanOptions options = VchanOptions.defaults().withRings(rings.toServer, rings.toClient);
        try (VchanServer server = Vchan.open(platform, peer, options)) {
            server.publish(path);
            server.awaitConnected(PATIENCE);
            VchanChannel channel = server.channel();
            return finish(channel, rings, new SeededTransfer(channel, PATIENCE)
                    .run(rings.bytesToClient, SEED_TO_CLIENT, rings.bytesToServer, SEED_TO_SERVER));
        }
    }

    private static String connect(String path, Pairing.Rings rings) throws Exception {
        try (VchanChannel channel = Vchan.connect(platform, peer, path, VchanOptions.defaults(), PATIENCE)) {
            return finish(channel, rings, new SeededTransfer(channel, PATIENCE)
                    .run(rings.bytesToServer, SEED_TO_SERVER, rings.bytesToClient, SEED_TO_CLIENT));
        }
    }

    /** Rings of whole pages are mapped twice in a row, on Xen too. */
    private static String finish(VchanChannel channel, Pairing.Rings rings, String line) throws Exception {
        assertThat(channel.contiguous()).isEqualTo(rings.toServer >= PAGE);
        channel.drain(PATIENCE);
        return line;
    }

    private static String runC(boolean server, String path, Pairing.Rings rings) throws Exception {
        String toServer = Long.toString(rings.bytesToServer);
        String toClient = Long.toString(rings.bytesToClient);
        Process process = new ProcessBuilder("vchan_peer", "--deadline", Long.toString(PATIENCE.toSeconds()),
                server ? "server" : "client", peer.toString(), path,
                Integer.toString(rings.toServer), Integer.toString(rings.toClient),
                server ? toClient : toServer, Long.toString(server ? SEED_TO_CLIENT : SEED_TO_SERVER),
                server ? toServer : toClient, Long.toString(server ? SEED_TO_SERVER : SEED_TO_CLIENT))
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.trim();
    }
}
