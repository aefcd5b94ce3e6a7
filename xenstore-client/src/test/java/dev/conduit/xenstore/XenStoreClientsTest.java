package dev.conduit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XenStoreClientsTest {

    @Test
    void shouldFindTheSocketLikeTheToolsDo() {
        assertThat(XenStoreClients.socketOf(Map.of("XENSTORED_PATH", "/p", "XENSTORED_RUNDIR", "/d")))
                .isEqualTo(Path.of("/p"));
        assertThat(XenStoreClients.socketOf(Map.of("XENSTORED_RUNDIR", "/d"))).isEqualTo(Path.of("/d/socket"));
        assertThat(XenStoreClients.socketOf(Map.of())).isEqualTo(Path.of("/run/xenstored/socket"));
    }

    @Test
    void shouldCheckOptions() {
        assertThatThrownBy(() -> new ClientOptions(Duration.ZERO, 1, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("request time-out of PT0S is not positive");
        assertThatThrownBy(() -> new ClientOptions(Duration.ofSeconds(1), 0, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("0 transaction tries are fewer than 1");
        assertThatThrownBy(() -> new ClientOptions(Duration.ofSeconds(1), 1, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("0 pending events are fewer than 1");
    }
}
