package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.pattern;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What stands in the control page, to the byte, as libxenvchan leaves it there. */
class VchanPageTest {

    private static String head(ByteBuffer page, int bytes) {
        byte[] copy = new byte[bytes];
        page.get(0, copy);
        return HexFormat.of().formatHex(copy);
    }

    @Test
    void shouldLookLikeLibxenvchansAfterServerInitAndConnect() throws Exception {
        VchanOptions options = VchanOptions.defaults().withRings(1, 1);
        try (Pair pair = new Pair(options)) {
            assertThat(head(pair.page(), 24)).isEqualTo("00".repeat(16) + "0a000b0002010100");
            pair.connect(options);
            assertThat(head(pair.page(), 24)).isEqualTo("00".repeat(16) + "0a000b0001010101");
        }
    }

    @Test
    void shouldLeaveNothingOldInTheControlPage() throws Exception {
        try (Pair pair = new Pair(VchanOptions.defaults().withRings(1, 1))) {
            for (int i = VchanPage.GRANTS; i < VchanPage.SIZE; i++) {
                assertThat(pair.page().get(i)).as("byte %d", i).isZero();
            }
        }
    }

    @Test
    void shouldListTheLeftRingsGrantsFirst() throws Exception {
        try (Pair pair = new Pair(VchanOptions.defaults().withRings(8192, 16384))) {
            ByteBuffer page = pair.page();
            assertThat(head(page, 24)).isEqualTo("00".repeat(16) + "0d000e0002010100");
            for (int i = 0; i < 6; i++) {
                FakeMachine.Grant grant = pair.machine.granted(page.getInt(VchanPage.GRANTS + 4 * i));
                assertThat(grant.run().capacity()).isEqualTo(i < 2 ? 8192 : 16384);
                assertThat(grant.index()).isEqualTo(i < 2 ? i : i - 2);
            }
            assertThat(page.getInt(VchanPage.GRANTS + 4 * 6)).isZero();
        }
    }

    @Test
    void shouldPutBytesWhereThePeerLooksForThem() throws Exception {
        try (Pair pair = Pair.connected(1024, 2048)) {
            ByteBuffer page = pair.page();
            pair.client.write(pattern(0, 100));
            pair.server.write(pattern(500, 200));
            assertThat(page.slice(1024, 100)).isEqualTo(pattern(0, 100));
            assertThat(page.slice(2048, 200)).isEqualTo(pattern(500, 200));
            assertThat(page.getInt(VchanPage.LEFT_PROD)).isEqualTo(100);
            assertThat(page.getInt(VchanPage.RIGHT_PROD)).isEqualTo(200);
            pair.server.read(ByteBuffer.allocate(100));
            pair.client.read(ByteBuffer.allocate(200));
            assertThat(page.getInt(VchanPage.LEFT_CONS)).isEqualTo(100);
            assertThat(page.getInt(VchanPage.RIGHT_CONS)).isEqualTo(200);
        }
    }

    @Test
    void shouldClearItsOwnLiveByteOnClose() throws Exception {
        try (Pair pair = Pair.connected(1024, 2048)) {
            ByteBuffer page = pair.page();
            pair.client.close();
            assertThat(page.get(VchanPage.CLI_LIVE)).isZero();
            assertThat(page.get(VchanPage.SRV_LIVE)).isEqualTo((byte) 1);
            pair.server.close();
            assertThat(page.get(VchanPage.SRV_LIVE)).isZero();
        }
    }

    @Test
    void shouldGrantTheRingToTheClientReadOnlyWhenAsked() throws Exception {
        VchanOptions options = VchanOptions.defaults().withReadOnlyRingToClient(true);
        try (Pair pair = Pair.connected(options)) {
            int firstOfRight = pair.page().getInt(VchanPage.GRANTS + 4 * 16);
            assertThat(pair.machine.granted(firstOfRight).access())
                    .isEqualTo(dev.conduit.core.GrantAccess.READ_ONLY);
            pair.server.write(pattern(0, 100));
            assertThat(pair.client.read(ByteBuffer.allocate(100))).isEqualTo(100);
        }
    }

    @Test
    void shouldGoOnAcrossTheWrapOfTheIndices() throws Exception {
        try (Pair pair = new Pair(VchanOptions.defaults().withRings(1024, 1024))) {
            ByteBuffer page = pair.page();
            // As a used vchan of a persistent server: a client starts from the indices it finds.
            page.putInt(VchanPage.RIGHT_CONS, -100).putInt(VchanPage.RIGHT_PROD, -50);
            page.putInt(VchanPage.LEFT_CONS, -300).putInt(VchanPage.LEFT_PROD, -300);
            VchanChannel client = pair.connect(VchanOptions.defaults());
            assertThat(client.available()).isEqualTo(50);
            assertThat(client.tryWrite(pattern(0, 2000))).isEqualTo(1024);
            assertThat(page.getInt(VchanPage.LEFT_PROD)).isEqualTo(724);
            page.putInt(VchanPage.RIGHT_PROD, 10);
            assertThat(client.read(ByteBuffer.allocate(1000))).isEqualTo(110);
            assertThat(page.getInt(VchanPage.RIGHT_CONS)).isEqualTo(10);
        }
    }
}
