package dev.conduit.rendezvous.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LauncherProvidersTest {

    @Test
    void shouldFindEveryKind() {
        assertThat(ServiceLoader.load(LauncherProvider.class)).extracting(LauncherProvider::kind)
                .containsExactlyInAnyOrder("process", "xl", "libvirt", "xapi");
    }

    @Test
    void shouldRefuseNamesThatAreNone() {
        assertThatThrownBy(() -> new GuestSpec("../web", List.of(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("'../web'");
    }
}
