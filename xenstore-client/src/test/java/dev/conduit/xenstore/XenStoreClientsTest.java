package dev.conduit.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XenStoreClientsTest {

    private static final Path DEVICE = Path.of("/dev/xen/xenbus");

    @TempDir
    private Path directory;

    @Test
    void shouldLookForTheServerWhereTheToolsDo() {
        assertThat(XenStoreClients.places(Map.of("XENSTORED_PATH", "/p", "XENSTORED_RUNDIR", "/d")))
                .containsExactly(Path.of("/p"));
        assertThat(XenStoreClients.places(Map.of("XENSTORED_RUNDIR", "/d")))
                .containsExactly(Path.of("/d/socket"), DEVICE);
        assertThat(XenStoreClients.places(Map.of()))
                .containsExactly(Path.of("/var/run/xenstored/socket"), DEVICE);
    }

    @Test
    void shouldNameEveryPlaceItTried() throws Exception {
        Path missing = directory.resolve("none");
        Path stale = Files.createFile(directory.resolve("stale"));

        assertThatThrownBy(() -> XenStoreClients.openFirst(List.of(missing, DEVICE), ClientOptions.defaults()))
                .isInstanceOf(XenStoreException.class)
                .hasMessage("no XenStore socket at " + missing + "; no XenStore device at /dev/xen/xenbus; outside Xen "
                        + "start a local host with 'conduit host' and set XENSTORED_PATH to its socket");
        assertThatThrownBy(() -> XenStoreClients.openFirst(List.of(stale, missing), ClientOptions.defaults()))
                .hasMessage("cannot connect to the XenStore socket " + stale + ": Connection refused; "
                        + "no XenStore socket at " + missing);
    }

    @Test
    void shouldTakeACharacterDeviceForADevice() throws Exception {
        ClientOptions options = new ClientOptions(Duration.ofMillis(50), 1, 1);
        try (XenStoreClient client = XenStoreClients.connect(Path.of("/dev/full"), options)) {
            assertThatThrownBy(() -> client.read("/a")).isInstanceOf(XenStoreException.class);
        }
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
