package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LocalDirectoryTest {

    @Test
    void shouldChooseTheFolderFromTheEnvironment() {
        assertThat(LocalDirectory.standard(Map.of("CONDUIT_DIR", "/a/b", "XDG_RUNTIME_DIR", "/run/user/7")).path())
                .isEqualTo(Path.of("/a/b"));
        assertThat(LocalDirectory.standard(Map.of("CONDUIT_DIR", "", "XDG_RUNTIME_DIR", "/run/user/7")).path())
                .isEqualTo(Path.of("/run/user/7/conduit"));
        assertThat(LocalDirectory.standard(Map.of()).path())
                .isEqualTo(Path.of("/tmp/conduit-" + LocalDirectory.userId()));
        assertThat(new LocalDirectory(Path.of("x/../y")).path()).isEqualTo(Path.of("y").toAbsolutePath());
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(PlatformProvider.class)).filteredOn(found -> found.name().equals("local"))
                .singleElement().satisfies(found -> assertThat(found.priority()).isEqualTo(10));
    }

    @Test
    void shouldSayWhyThePlatformIsUnavailable() throws Exception {
        HostFixture fixture = new HostFixture();
        Map<String, String> environment = Map.of("CONDUIT_DIR", fixture.folder().toString());
        LocalPlatformProvider provider = new LocalPlatformProvider(environment);
        try {
            assertThat(provider.unavailable()).isNull();
            try (Platform platform = provider.open()) {
                assertThat(platform.xenStore().readString("name"))
                        .isEqualTo("process-" + ProcessHandle.current().pid());
            }
            assertThatThrownBy(() -> new LocalPlatformProvider(
                    Map.of("CONDUIT_DIR", fixture.folder().toString(), "CONDUIT_DOMID", "seven")).open())
                    .isInstanceOf(PlatformException.class)
                    .hasMessageStartingWith("CONDUIT_DOMID: domain id 'seven' is not");
            assertThatThrownBy(() -> new LocalPlatformProvider(
                    Map.of("CONDUIT_DIR", fixture.folder().toString(), "CONDUIT_DOMID", "7")).open())
                    .isInstanceOf(PlatformException.class).hasMessage("domain 7 does not exist (ESRCH)");
        } finally {
            fixture.close();
        }
        assertThat(provider.unavailable()).isEqualTo(
                "no local host at " + fixture.folder().resolve("host.sock") + ": start one with: conduit host");
    }
}
