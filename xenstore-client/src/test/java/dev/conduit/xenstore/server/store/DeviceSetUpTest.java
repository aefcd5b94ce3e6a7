package dev.conduit.xenstore.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.server.store.StoreFixture.Client;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices of unrelated guests are set up at the same time, in the way of libxl, without one conflict. */
class DeviceSetUpTest {

    private static final int GUESTS = 200;

    private final StoreFixture fixture = new StoreFixture();
    private final Client dom0 = fixture.dom0();

    @BeforeEach
    void makeHomes() {
        for (int guest = 1; guest <= GUESTS; guest++) {
            String home = "/local/domain/" + guest;
            dom0.write(home + "/name", "guest-" + guest);
            dom0.chmod(home, "n0", "r" + guest);
        }
    }

    @AfterEach
    void check() {
        fixture.check();
    }

    /** One transaction: both ends removed if there, made anew with rights for each other, and filled. */
    private int setUp(Client toolstack, int guest, String kind, boolean list) {
        String front = "/local/domain/" + guest + "/device/" + kind + "/0";
        String back = "/local/domain/0/backend/" + kind + "/" + guest + "/0";
        String library = "/libxl/" + guest + "/device/" + kind + "/0";
        int tx = toolstack.begin();
        assertThat(toolstack.read(tx, "/local/domain/" + guest + "/name")).isEqualTo("guest-" + guest);
        if (list) {
            toolstack.list(tx, "/local/domain/" + guest + "/device/" + kind);
        }
        for (String path : List.of(library, front, back)) {
            toolstack.rm(tx, path);
        }
        toolstack.mkdir(tx, library);
        toolstack.chmod(tx, library, "n0");
        toolstack.write(tx, library + "/frontend", front);
        toolstack.mkdir(tx, front);
        toolstack.chmod(tx, front, "n" + guest, "r0");
        toolstack.write(tx, front + "/backend", back);
        toolstack.write(tx, front + "/state", "1");
        toolstack.mkdir(tx, back);
        toolstack.chmod(tx, back, "n0", "r" + guest);
        toolstack.write(tx, back + "/frontend", front);
        toolstack.write(tx, back + "/state", "1");
        return tx;
    }

    @ParameterizedTest(name = "lists the guest''s devices first: {0}")
    @ValueSource(booleans = {false, true})
    void shouldCommitAllThatBeganTogether(boolean list) {
        int[] open = IntStream.rangeClosed(1, GUESTS).map(guest -> setUp(dom0, guest, "vif", list)).toArray();
        for (int i = 0; i < GUESTS; i++) {
            assertThat(dom0.commit(open[i])).as("set-up of guest %d", i + 1).isEqualTo("OK");
        }
        assertThat(dom0.list("/local/domain/0/backend/vif").split(" ")).hasSize(GUESTS);
        assertThat(dom0.perms("/local/domain/7/device/vif/0")).isEqualTo("n7 r0");
        assertThat(dom0.perms("/local/domain/7/device/vif/0/state")).isEqualTo("n7 r0");
    }

    @Test
    void shouldCommitBesideGuestsThatConnect() {
        setUpAndConnect("vif");
        int[] open = IntStream.rangeClosed(1, GUESTS).map(guest -> setUp(dom0, guest, "vbd", true)).toArray();
        for (int guest = 1; guest <= GUESTS; guest++) {
            Client frontend = fixture.connect(guest);
            assertThat(frontend.write("device/vif/0/state", "4")).isEqualTo("OK");
            frontend.close();
            assertThat(dom0.write("/local/domain/0/backend/vif/" + guest + "/0/state", "4")).isEqualTo("OK");
        }
        for (int tx : open) {
            assertThat(dom0.commit(tx)).isEqualTo("OK");
        }
    }

    private void setUpAndConnect(String kind) {
        for (int guest = 1; guest <= GUESTS; guest++) {
            assertThat(dom0.commit(setUp(dom0, guest, kind, false))).isEqualTo("OK");
        }
    }

    @Test
    void shouldCommitBesideDevicesThatGo() {
        setUpAndConnect("vif");
        int[] open = IntStream.rangeClosed(1, GUESTS / 2).map(guest -> setUp(dom0, guest, "vbd", true)).toArray();
        for (int guest = GUESTS / 2 + 1; guest <= GUESTS; guest++) {
            dom0.rm("/local/domain/0/backend/vif/" + guest);
            dom0.rm("/local/domain/" + guest);
        }
        for (int tx : open) {
            assertThat(dom0.commit(tx)).isEqualTo("OK");
        }
    }
}
