package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.local.LocalPlatform;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ours against the unmodified libxenvchan of the distribution, in either role, and that library against itself. */
@Timeout(120)
class PairingsInCTest {

    /** Rings to and from the server, and bytes each way: in-page rings, one of each kind, pages, the largest. */
    private static final String IN_PAGE = "1024, 1024, 400000, 300000";
    private static final String MIXED = "1024, 65536, 400000, 3000000";
    private static final String MIXED_OTHER_WAY = "16384, 2048, 3000000, 400000";
    private static final String PAGE = "4096, 4096, 1500000, 1400000";
    private static final String PAGES = "65536, 65536, 3000000, 4000000";
    private static final String LARGEST = "1048576, 1048576, 9000001, 8000007";

    private LocalMachine machine;
    private LocalPlatform java;
    private LocalPlatform c;

    @BeforeEach
    void start() throws IOException {
        CProgram.require();
        machine = new LocalMachine();
        java = machine.domain("java");
        c = machine.domain("c");
    }

    @AfterEach
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private static String path(LocalPlatform server, LocalPlatform client) {
        return GuestProcess.path(server.self(), client.self());
    }

    private VchanServer serve(VchanOptions options) throws IOException {
        VchanServer server = Vchan.open(java, c.self(), options);
        server.publish(path(java, c));
        return server;
    }

    private VchanChannel connect() throws IOException {
        return Vchan.connect(java, c.self(), path(c, java), VchanOptions.defaults(), PATIENCE);
    }

    /** The C program as a client of Java. */
    private CProgram client(long toServer, long seed, long toClient, long seedBack) throws IOException {
        return CProgram.peer(c, "client", java.self(), path(java, c), 0, 0, toServer, seed, toClient, seedBack);
    }

    /** One that stays when it has everything. */
    private CProgram lingeringClient(long toServer, long seed, long toClient, long seedBack) throws IOException {
        return CProgram.peer(c, "--linger", "client", java.self(), path(java, c), 0, 0, toServer, seed, toClient, seedBack);
    }

    /** The C program as a server of Java. */
    private CProgram server(int left, int right, long toClient, long seed, long toServer, long seedBack)
            throws IOException {
        return CProgram.peer(c, "server", java.self(), path(c, java), left, right, toClient, seed, toServer, seedBack);
    }

    @ParameterizedTest
    @CsvSource({IN_PAGE, MIXED, MIXED_OTHER_WAY, PAGE, PAGES, LARGEST})
    void shouldServeCClient(int left, int right, long toServer, long toClient) throws Exception {
        try (VchanServer server = serve(VchanOptions.defaults().withRings(left, right));
                CProgram client = client(toServer, 1, toClient, 2)) {
            server.awaitConnected(PATIENCE);
            assertThat(new SeededTransfer(server.channel()).run(toClient, 2, toServer, 1))
                    .isEqualTo(SeededTransfer.expected(toClient, toServer, 1));
            assertThat(client.readLine()).isEqualTo(SeededTransfer.expected(toServer, toClient, 2));
            client.assertDone();
            assertThat(server.channel().read(ByteBuffer.allocate(1), PATIENCE)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({IN_PAGE, MIXED, MIXED_OTHER_WAY, PAGE, PAGES, LARGEST})
    void shouldConnectToCServer(int left, int right, long toServer, long toClient) throws Exception {
        try (CProgram server = server(left, right, toClient, 2, toServer, 1); VchanChannel channel = connect()) {
            assertThat(new SeededTransfer(channel).run(toServer, 1, toClient, 2))
                    .isEqualTo(SeededTransfer.expected(toServer, toClient, 2));
            assertThat(server.readLine()).isEqualTo(SeededTransfer.expected(toClient, toServer, 1));
            server.assertDone();
            assertThat(channel.read(ByteBuffer.allocate(1), PATIENCE)).isEqualTo(-1);
        }
        assertThat(c.xenStore().exists(path(c, java))).as("the path of a server that has closed").isFalse();
    }

    @ParameterizedTest
    @CsvSource({IN_PAGE, MIXED, MIXED_OTHER_WAY, PAGE, PAGES, LARGEST})
    void shouldLetCProgramsTalkToEachOther(int left, int right, long toServer, long toClient) throws Exception {
        LocalPlatform other = machine.domain("other");
        try (CProgram server = CProgram.peer(c, "server", other.self(), path(c, other), left, right,
                        toClient, 2, toServer, 1);
                CProgram client = CProgram.peer(other, "client", c.self(), path(c, other), 0, 0,
                        toServer, 1, toClient, 2)) {
            assertThat(server.readLine()).isEqualTo(SeededTransfer.expected(toClient, toServer, 1));
            assertThat(client.readLine()).isEqualTo(SeededTransfer.expected(toServer, toClient, 2));
            server.assertDone();
            client.assertDone();
        }
    }

    @Test
    void shouldGiveEverythingToCClientBeforeItSeesTheEnd() throws Exception {
        VchanServer server = serve(VchanOptions.defaults());
        try (CProgram client = CProgram.peer(c, "--linger", "client", java.self(), path(java, c), 0, 0,
                0, 1, 60000, 2)) {
            ByteBuffer bytes = ByteBuffer.allocate(60000);
            new SeededBytes(2).fill(bytes);
            server.channel().write(bytes.flip());
            server.awaitConnected(PATIENCE);
            server.close();
            assertThat(client.readLine()).isEqualTo(SeededTransfer.expected(0, 60000, 2));
            client.assertDone();
        } finally {
            server.close();
        }
    }

    @Test
    void shouldTellCClientThatItsServerClosedTooEarly() throws Exception {
        VchanServer server = serve(VchanOptions.defaults());
        try (CProgram client = client(0, 1, 1000, 2)) {
            server.awaitConnected(PATIENCE);
            server.close();
            assertClosedTooEarly(client);
        } finally {
            server.close();
        }
    }

    @Test
    void shouldTellCServerThatItsClientClosedTooEarly() throws Exception {
        try (CProgram server = server(4096, 4096, 0, 1, 1000, 2)) {
            connect().close();
            assertClosedTooEarly(server);
        }
    }

    private static void assertClosedTooEarly(CProgram program) throws Exception {
        assertThat(program.exit()).isEqualTo(1);
        assertThat(program.errors()).contains("the peer closed after 0 of 1000 bytes were received");
    }

    @Test
    void shouldSeeKilledCClient() throws Exception {
        try (VchanServer server = serve(VchanOptions.defaults().withRings(4096, 4096));
                CProgram client = client(1L << 40, 1, 0, 2)) {
            SeededBytes stream = new SeededBytes(1);
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            VchanChannel channel = server.channel();
            for (int at = 0; at < 1_000_000; at += buffer.limit()) {
                channel.read(buffer.clear(), PATIENCE);
                stream.check(buffer.flip());
            }
            client.kill();
            while (channel.read(buffer.clear(), PATIENCE) >= 0) {
                stream.check(buffer.flip());
            }
            assertThat(channel.state()).isEqualTo(VchanState.PEER_CLOSED);
            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(VchanPeerClosedException.class);
        }
    }

    @Test
    void shouldSeeKilledCServer() throws Exception {
        try (CProgram server = server(4096, 65536, 100_000, 1, 1000, 2); VchanChannel channel = connect()) {
            SeededBytes stream = new SeededBytes(1);
            ByteBuffer buffer = ByteBuffer.allocate(50_000);
            assertThat(channel.receive(buffer, PATIENCE)).isTrue();
            stream.check(buffer.flip());
            server.kill();
            await().atMost(PATIENCE).until(() -> channel.state() == VchanState.PEER_CLOSED);
            while (channel.read(buffer.clear(), PATIENCE) >= 0) {
                stream.check(buffer.flip());
            }
        }
    }

    @Test
    void shouldShowKilledJavaClientToCServer() throws Exception {
        try (GuestProcess guest = new GuestProcess(machine.folder, "sleep", c.self());
                CProgram server = CProgram.peer(c, "--linger", "server", guest.domain,
                        GuestProcess.path(c.self(), guest.domain), 4096, 4096, 0, 1, 0, 2)) {
            assertThat(server.readLine()).startsWith("sent 0 received 0");
            guest.kill();
            server.assertDone();
        }
    }

    @Test
    void shouldShowKilledJavaServerToCClient() throws Exception {
        try (GuestProcess guest = new GuestProcess(machine.folder, "serve", c.self());
                CProgram client = CProgram.peer(c, "--linger", "client", guest.domain,
                        GuestProcess.path(guest.domain, c.self()), 0, 0, 0, 1, 0, 2)) {
            assertThat(client.readLine()).startsWith("sent 0 received 0");
            guest.kill();
            client.assertDone();
        }
    }

    @Test
    void shouldTakeOneCClientAfterAnother() throws Exception {
        try (VchanServer server = serve(VchanOptions.defaults().withRings(1024, 4096).withPersistentServer(true))) {
            for (int round = 1; round <= 4; round++) {
                try (CProgram client = round == 3 ? lingeringClient(50_000, round, 60_000, 100 + round)
                        : client(50_000, round, 60_000, 100 + round)) {
                    new SeededTransfer(server.channel()).run(60_000, 100 + round, 50_000, round);
                    if (round == 3) {
                        // What one that is killed has not read stays in the ring for the next.
                        assertThat(client.readLine()).isEqualTo(SeededTransfer.expected(50_000, 60_000, 103));
                        client.kill();
                    } else {
                        client.assertDone();
                    }
                }
                await().atMost(PATIENCE).until(() -> server.channel().state() == VchanState.WAITING);
            }
        }
    }

    @Test
    void shouldComeBackToPersistentCServer() throws Exception {
        try (CProgram server = CProgram.peer(c, "--rounds", 3, "server", java.self(), path(c, java), 1024, 4096,
                60_000, 7, 50_000, 8)) {
            for (int round = 0; round < 3; round++) {
                try (VchanChannel channel = connect()) {
                    new SeededTransfer(channel).run(50_000, 8, 60_000, 7);
                    assertThat(server.readLine()).isEqualTo(SeededTransfer.expected(60_000, 50_000, 8));
                }
            }
            server.assertDone();
        }
    }
}
