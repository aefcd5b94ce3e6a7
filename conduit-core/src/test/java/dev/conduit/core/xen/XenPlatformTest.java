package dev.conduit.core.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.PlatformException;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.core.xen.event.FakeDomain;
import dev.conduit.core.xen.event.FakeXen;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.XenStoreServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the parts of the platform come together; each part and the whole on Xen have tests of their own. */
class XenPlatformTest {

    private static final DomainId SELF = new DomainId(3);
    private static final DomainId PEER = new DomainId(4);

    private final FakeXen xen = new FakeXen(PosixLoader.posix());
    private final FakeDomain domain = xen.domain(SELF.value());
    private final XenStoreServer server = XenStoreServer.start(ServerOptions.defaults());
    private final XenStoreClient dom0 = server.connect(0);

    XenPlatformTest() throws XenStoreException {
        server.introduce(SELF.value());
    }

    @AfterEach
    void close() {
        dom0.close();
        server.close();
        assertThat(domain.open).isEmpty();
        assertThat(xen.ports(SELF.value())).isZero();
    }

    private XenPlatform open() throws PlatformException {
        return XenPlatform.open(domain.posix(), Path.of("/"), () -> server.connect(SELF.value()));
    }

    private void domid(String value) throws XenStoreException {
        dom0.write("/local/domain/3/domid", value);
        dom0.setPermissions("/local/domain/3/domid", List.of(Permission.parse("n0"), Permission.parse("r3")));
    }

    @Test
    void shouldBeTheDomainXenStoreNames() throws Exception {
        domid("3");
        try (XenPlatform platform = open()) {
            assertThat(platform.name()).isEqualTo("xen");
            assertThat(platform.self()).isEqualTo(SELF);
            assertThat(platform.xenStore().readString("domid")).isEqualTo("3");
            assertThat(platform.isAlive(SELF)).isTrue();
            assertThat(platform.isAlive(new DomainId(7))).isFalse();
        }
    }

    @Test
    void shouldGiveEverythingBackWhenItDoesNotKnowItsDomain() throws Exception {
        assertThatThrownBy(this::open).isInstanceOf(PlatformException.class)
                .hasMessageStartingWith("XenStore's node 'domid' does not say which domain this is: ");
        domid("3x");
        assertThatThrownBy(this::open).isInstanceOf(PlatformException.class)
                .hasMessage("XenStore's node 'domid' does not say which domain this is: domain id '3x' is not a decimal"
                        + " number between 0 and 32751");
        assertThat(server.usage().get(SELF.value()).connections()).isZero();
    }

    @Test
    void shouldGiveEverythingBackWhenXenStoreIsMissing() {
        assertThatThrownBy(() -> XenPlatform.open(domain.posix(), Path.of("/"), () -> {
            throw new XenStoreException("no XenStore device at /dev/xen/xenbus", (Throwable) null);
        })).isInstanceOf(PlatformException.class)
                .hasMessage("cannot reach XenStore: no XenStore device at /dev/xen/xenbus");
    }

    @Test
    void shouldNotOpenXenStoreWhenTheDeviceIsMissing() {
        domain.failure = (number, name) -> name.equals("open") ? Errno.ENOENT : 0;
        assertThatThrownBy(this::open).hasMessageContaining("/dev/xen/evtchn cannot be opened (ENOENT)");
    }

    @Test
    void shouldGiveEverythingBackWhenClosed() throws Exception {
        domid("3");
        XenPlatform platform = open();
        EventPort port = platform.events().allocateUnbound(new DomainId(4));

        platform.close();
        platform.close();

        assertThat(domain.open).isEmpty();
        assertThat(xen.ports(SELF.value())).isZero();
        assertThatThrownBy(() -> port.await(0, System.nanoTime() + TimeUnit.SECONDS.toNanos(5)))
                .isInstanceOf(PlatformException.class);
        assertThatThrownBy(() -> platform.xenStore().read("domid")).isInstanceOf(XenStoreException.class);
        assertThatThrownBy(() -> platform.isAlive(SELF)).isInstanceOf(PlatformException.class);
    }

    /** Its home, as libxl makes it and removes it. */
    private void home(DomainId domain) throws XenStoreException {
        String home = "/local/domain/" + domain;
        server.introduce(domain.value());
        dom0.write(home + "/domid", domain.toString());
        dom0.mkdir(home + "/data");
        for (String node : List.of("", "/domid")) {
            dom0.setPermissions(home + node, List.of(Permission.parse("n0"), Permission.parse("r" + domain)));
        }
        dom0.setPermissions(home + "/data", List.of(Permission.parse("n" + domain)));
    }

    private XenPlatform open(DomainId domain) throws PlatformException {
        return XenPlatform.open(xen.domain(domain.value()).posix(), Path.of("/"), () -> server.connect(domain.value()));
    }

    /** The hypervisor still has a domain as long as its pages are mapped. */
    @Test
    void shouldSeeTheEndOfADomainTheHypervisorStillHas() throws Exception {
        home(SELF);
        home(PEER);
        xen.domain(PEER.value());
        xen.domain(0);
        dom0.write("/local/domain/0/domid", "0");
        try (XenPlatform platform = open(); XenPlatform ofDom0 = open(DomainId.DOM0)) {
            assertThat(platform.isAlive(PEER)).as("not known to be gone").isTrue();
            try (XenPlatform peer = open(PEER)) {
                assertThat(peer.isAlive(SELF)).isTrue();
                assertThat(platform.isAlive(PEER)).isTrue();
                assertThat(ofDom0.isAlive(PEER)).isTrue();
            }
            assertThat(platform.isAlive(PEER)).as("closed, not gone").isTrue();

            dom0.remove("/local/domain/4");
            dom0.administration().release(PEER.value());

            assertThat(platform.isAlive(PEER)).isFalse();
            assertThat(ofDom0.isAlive(PEER)).isFalse();
            assertThat(ofDom0.isAlive(DomainId.DOM0)).isTrue();
        }
    }

    @Test
    void shouldOpenThoughXenStoreTakesNoNodeOfIt() throws Exception {
        home(SELF);
        dom0.setPermissions("/local/domain/3/data", List.of(Permission.parse("n0")));
        try (XenPlatform platform = open()) {
            assertThat(platform.isAlive(SELF)).isTrue();
        }
    }
}
