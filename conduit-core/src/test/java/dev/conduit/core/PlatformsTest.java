package dev.conduit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class PlatformsTest {

    private record Provider(String name, int priority, String unavailable) implements PlatformProvider {
        @Override
        public Platform open() {
            throw new UnsupportedOperationException("not opened in this test");
        }
    }

    @Test
    void shouldChooseHighestPriorityThatIsAvailable() throws PlatformException {
        Provider xen = new Provider("xen", 100, "no /dev/xen/evtchn");
        Provider local = new Provider("local", 10, null);
        Provider other = new Provider("other", 1, null);
        assertThat(Platforms.choose(List.of(other, xen, local), "")).isSameAs(local);
        assertThat(Platforms.choose(List.of(other, new Provider("xen", 100, null), local), "").name()).isEqualTo("xen");
    }

    @Test
    void shouldNameEveryReasonWhenNoneIsAvailable() {
        Provider xen = new Provider("xen", 100, "no /dev/xen/evtchn");
        Provider local = new Provider("local", 10, "no host: start one with 'conduit host'");
        assertThatThrownBy(() -> Platforms.choose(List.of(local, xen), "")).isInstanceOf(PlatformException.class)
                .hasMessage("no platform is available; xen: no /dev/xen/evtchn;"
                        + " local: no host: start one with 'conduit host'");
        assertThatThrownBy(() -> Platforms.choose(List.of(), ""))
                .hasMessage("no platform is available; no provider is on the class path or module path");
    }

    @Test
    void shouldTakeThePlatformThatIsNamed() throws PlatformException {
        Provider xen = new Provider("xen", 100, null);
        Provider local = new Provider("local", 10, null);
        assertThat(Platforms.choose(List.of(xen, local), "local")).isSameAs(local);
        assertThat(Platforms.choose(List.of(xen, local), "xen")).isSameAs(xen);
    }

    @Test
    void shouldNotTakeAnotherPlatformThanTheOneNamed() {
        Provider xen = new Provider("xen", 100, null);
        Provider local = new Provider("local", 10, "no host: start one with 'conduit host'");
        assertThatThrownBy(() -> Platforms.choose(List.of(xen, local), "local")).isInstanceOf(PlatformException.class)
                .hasMessage("platform local, chosen by CONDUIT_PLATFORM, is not available: no host: start one with"
                        + " 'conduit host'");
        assertThatThrownBy(() -> Platforms.choose(List.of(local, xen), "kvm")).isInstanceOf(PlatformException.class)
                .hasMessage("CONDUIT_PLATFORM is 'kvm'; it can be xen or local");
    }

    @Test
    void shouldFindBothPlatforms() {
        assertThat(ServiceLoader.load(PlatformProvider.class).stream().map(provider -> provider.get().name()))
                .containsExactlyInAnyOrder("xen", "local");
    }
}
