package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.core.local.shared.ControlProtocol;
import dev.conduit.core.posix.Errno;
import dev.conduit.core.posix.Posix;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** System calls that fail: a clear error at once, nothing left over, and everything works again afterwards. */
class ShortMemoryTest {

    private final AtomicInteger errno = new AtomicInteger();
    private HostFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new HostFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private LocalPlatform domain(String failingCall) throws PlatformException {
        Posix posix = FailingPosix.failing(failingCall, errno::get);
        return LocalPlatform.open(fixture.host().directory(), posix, ControlProtocol.DOMAIN, "short");
    }

    private void shouldFailToShare(String call, int number, String message) throws IOException {
        try (LocalPlatform domain = domain(call)) {
            errno.set(number);
            assertThatThrownBy(() -> domain.grants().share(domain.self(), 4, GrantAccess.READ_WRITE, true))
                    .isInstanceOf(PlatformException.class).hasMessageContaining(message);
            errno.set(0);
            assertThat(fixture.statistics().grants()).isZero();
            assertThat(HostFixture.descriptors()).doesNotContainKey("/memfd:conduit-grant (deleted)");
            domain.grants().share(domain.self(), 4, GrantAccess.READ_WRITE, true).close();
        }
    }

    @Test
    void shouldFailToShareWhenMemoryIsFull() throws IOException {
        shouldFailToShare("fallocate", Errno.ENOSPC, "cannot reserve 16384 bytes of shared memory: ENOSPC (28)");
    }

    @Test
    void shouldFailToShareWhenDescriptorsAreUsedUp() throws IOException {
        shouldFailToShare("memfdCreate", Errno.EMFILE, "cannot make a memory file: EMFILE (24)");
    }

    @Test
    void shouldFailToShareWhenAddressSpaceIsUsedUp() throws IOException {
        shouldFailToShare("mmap", Errno.ENOMEM, "ENOMEM (12)");
    }

    @Test
    void shouldGiveMappingBackWhenFileCannotBeOpened() throws IOException {
        LocalPlatform owner = fixture.domain("owner");
        try (LocalPlatform mapper = domain("open");
                SharedPages shared = owner.grants().share(mapper.self(), 1, GrantAccess.READ_WRITE, false)) {
            errno.set(Errno.EMFILE);
            assertThatThrownBy(() -> mapper.grants().map(owner.self(), shared.refs(), GrantAccess.READ_WRITE, false))
                    .isInstanceOf(PlatformException.class).hasMessageEndingWith("EMFILE (24)");
            errno.set(0);
            assertThat(fixture.statistics().mappings()).isZero();
            mapper.grants().map(owner.self(), shared.refs(), GrantAccess.READ_WRITE, false).close();
        }
    }

    @Test
    void shouldFailToOpenWhenEventMemoryCannotBeMapped() throws IOException {
        errno.set(Errno.ENOMEM);
        assertThatThrownBy(() -> domain("mmap")).isInstanceOf(PlatformException.class)
                .hasMessageContaining("ENOMEM (12)");
    }
}
