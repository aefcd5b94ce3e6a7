package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import org.junit.jupiter.api.Test;

/** Opening, connecting and closing do what libxenvchan does, in its order, but for the rings at close. */
class CallOrderTest {

    private static final String PATH = "/local/domain/1/data/vchan/2/7";
    private static final VchanOptions OPTIONS = VchanOptions.defaults().withRings(4096, 8192);

    @Test
    void shouldOpenPublishConnectAndCloseInOrder() throws Exception {
        try (Pair pair = new Pair(OPTIONS)) {
            Faults faults = pair.machine.faults;
            assertThat(faults.steps()).containsExactly("unbound port", "share of 1 READ_WRITE",
                    "unmap notification for byte 21", "share of 1 READ_WRITE", "share of 2 READ_WRITE");
            pair.listener.publish(PATH);
            assertThat(faults.steps()).containsExactly("transaction begins",
                    "write of " + PATH + "/ring-ref", "permissions of " + PATH + "/ring-ref",
                    "write of " + PATH + "/event-channel", "permissions of " + PATH + "/event-channel",
                    "transaction commits");
            pair.client = Vchan.connect(pair.clientPlatform, new DomainId(1), PATH, OPTIONS, LONG);
            assertThat(faults.steps()).containsExactly("watch", "read of " + PATH + "/ring-ref",
                    "read of " + PATH + "/event-channel", "bind", "map of 1 READ_WRITE",
                    "unmap notification for byte 20", "map of 1 READ_WRITE", "map of 2 READ_ONLY", "event");
            pair.client.close();
            assertThat(faults.steps()).containsExactly("event", "end of 1 with byte 20 at 0", "event",
                    "end of 1 with byte 0 at 90", "end of 2 with byte 0 at 90", "end of port");
            pair.server.close();
            assertThat(faults.steps()).startsWith("event", "end of 1 with byte 21 at 0", "event",
                    "end of 1 with byte 0 at 90", "end of 2 with byte 0 at 90", "end of port", "transaction begins")
                    .contains("removal of " + PATH).endsWith("transaction commits");
            pair.machine.store.remove("/local");
        }
    }
}
