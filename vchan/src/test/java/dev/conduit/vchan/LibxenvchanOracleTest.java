package dev.conduit.vchan;

import static dev.conduit.vchan.LocalMachine.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.Platform;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.xenstore.Permission;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the distribution's libxenvchan puts into the page and into XenStore, beside what ours does. */
class LibxenvchanOracleTest {

    private LocalMachine machine;
    private LocalPlatform server;
    private LocalPlatform client;
    private String path;

    @BeforeEach
    void start() throws IOException {
        CProgram.require();
        machine = new LocalMachine();
        server = machine.domain("server");
        client = machine.domain("client");
        path = GuestProcess.path(server.self(), client.self());
    }

    @AfterEach
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private CProgram serverInC(int left, int right) throws IOException {
        return CProgram.peer(server, "server", client.self(), path, left, right, 0, 1, 1, 1);
    }

    private ServerAddress address() throws IOException {
        return new ServerNodes(client, path).await(PATIENCE);
    }

    private static byte[] bytes(Platform platform, LocalPlatform owner, int ref) throws IOException {
        try (PageRegion page = platform.grants().map(owner.self(), new int[] {ref}, GrantAccess.READ_WRITE, false)) {
            byte[] copy = new byte[VchanPage.SIZE];
            page.buffer().get(0, copy);
            return copy;
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "1024, 1024", "1024, 1025", "1024, 2048", "1024, 2049", "1025, 1024", "1025, 1025",
        "2048, 2048", "2048, 4096", "2049, 1024", "2049, 2048", "4096, 4096", "4097, 8193", "65536, 1024",
        "2048, 65536", "65536, 65537", "1048576, 2048", "1024, 1048576", "1048576, 1048576"})
    void shouldChooseTheSameRings(int left, int right) throws Exception {
        try (CProgram peer = serverInC(left, right)) {
            ByteBuffer page = ByteBuffer.wrap(bytes(client, server, address().ringRef()))
                    .order(ByteOrder.nativeOrder());
            assertThat(RingOrder.forSizes(Math.max(1, left), Math.max(1, right))).isEqualTo(new RingOrder(
                    page.getShort(VchanPage.LEFT_ORDER), page.getShort(VchanPage.RIGHT_ORDER)));
            peer.kill();
        }
    }

    /** All of the page but the numbers of the grants. */
    @Test
    void shouldMakeTheSamePageAsLibxenvchan() throws Exception {
        for (int[] sizes : new int[][] {{0, 0}, {65536, 1024}, {4096, 16384}}) {
            byte[] theirs;
            try (CProgram peer = serverInC(sizes[0], sizes[1])) {
                theirs = bytes(client, server, address().ringRef());
                peer.kill();
            }
            server.xenStore().remove("data/vchan");
            VchanOptions options = VchanOptions.defaults().withRings(Math.max(1, sizes[0]), Math.max(1, sizes[1]));
            try (VchanServer ours = Vchan.open(server, client.self(), options)) {
                byte[] mine = bytes(client, server, ours.ringRef());
                assertThat(masked(mine)).isEqualTo(masked(theirs));
            }
        }
    }

    private static String masked(byte[] page) {
        ByteBuffer copy = ByteBuffer.wrap(page.clone());
        for (int at = VchanPage.GRANTS; at < VchanPage.GRANTS + 4 * 512; at += 4) {
            copy.putInt(at, copy.getInt(at) == 0 ? 0 : 1);
        }
        return HexFormat.of().formatHex(copy.array());
    }

    @Test
    void shouldLeaveTheSameHeaderWhenAClientConnects() throws Exception {
        VchanOptions options = VchanOptions.defaults().withRings(1, 1);
        String expected = "00".repeat(16) + "0a000b0001010101";
        try (VchanServer vchan = Vchan.open(server, client.self(), options)) {
            vchan.publish(path);
            try (CProgram peer = CProgram.peer(client, "--linger", "client", server.self(), path, 0, 0, 0, 1, 1, 1)) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(header(vchan)).isEqualTo(expected));
                peer.kill();
            }
        }
        try (VchanServer vchan = Vchan.open(server, client.self(), options);
                VchanChannel channel = Vchan.connect(client, server.self(), vchan.ringRef(), vchan.eventChannel(),
                        options)) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(header(vchan)).isEqualTo(expected);
        }
    }

    private String header(VchanServer vchan) throws IOException {
        return HexFormat.of().formatHex(bytes(client, server, vchan.ringRef()), 0, VchanPage.GRANTS);
    }

    @Test
    void shouldPublishAsLibxenvchan() throws Exception {
        List<Permission> theirs;
        String folder;
        try (CProgram peer = serverInC(0, 0)) {
            address();
            theirs = server.xenStore().permissions(path + "/ring-ref");
            assertThat(server.xenStore().permissions(path + "/event-channel")).isEqualTo(theirs);
            folder = server.xenStore().list(path) + " " + server.xenStore().permissions(path);
            peer.kill();
        }
        server.xenStore().remove("data/vchan");
        try (VchanServer ours = Vchan.open(server, client.self(), VchanOptions.defaults())) {
            ours.publish(path);
            assertThat(server.xenStore().permissions(path + "/ring-ref")).isEqualTo(theirs);
            assertThat(server.xenStore().permissions(path + "/event-channel")).isEqualTo(theirs);
            assertThat(server.xenStore().list(path) + " " + server.xenStore().permissions(path)).isEqualTo(folder);
            assertThat(address()).isEqualTo(new ServerAddress(ours.ringRef(), ours.eventChannel()));
        }
    }

    @Test
    void shouldConnectToTheSuccessorOfAKilledServer() throws Exception {
        ServerAddress stale;
        try (CProgram killed = serverInC(4096, 4096)) {
            stale = address();
            killed.kill();
        }
        assertThat(address()).as("what a killed server leaves").isEqualTo(stale);
        Background<VchanChannel> connecting = Background.run(
                () -> Vchan.connect(client, server.self(), path, VchanOptions.defaults(), PATIENCE));
        try (CProgram next = CProgram.peer(server, "server", client.self(), path, 4096, 4096, 1000, 1, 0, 1);
                VchanChannel channel = connecting.get()) {
            ByteBuffer target = ByteBuffer.allocate(1000);
            assertThat(channel.receive(target, PATIENCE)).isTrue();
            new SeededBytes(1).check(target.flip());
            next.assertDone();
        }
    }
}
