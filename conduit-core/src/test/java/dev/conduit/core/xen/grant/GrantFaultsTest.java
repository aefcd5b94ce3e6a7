package dev.conduit.core.xen.grant;

import static dev.conduit.core.GrantAccess.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.core.posix.Errno;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One system call after the other fails in the life of a pair of regions: nothing is left over, and nothing breaks. */
class GrantFaultsTest {

    private static final DomainId SERVER = new DomainId(3);
    private static final DomainId CLIENT = new DomainId(5);
    private static final int PORT = 9;

    @TempDir
    private Path modules;

    private final FakeXen xen = new FakeXen();
    private final FakeKernel serverKernel = new FakeKernel(xen, SERVER.value());
    private final FakeKernel clientKernel = new FakeKernel(xen, CLIENT.value());
    private XenGrantTable server;
    private XenGrantTable client;

    private void open() throws Exception {
        serverKernel.ports.put(PORT, () -> { });
        clientKernel.ports.put(PORT, () -> { });
        server = serverKernel.table(modules);
        client = clientKernel.table(modules);
    }

    /** Shares, maps, uses and closes; returns whether both were mirrored. */
    private boolean live() throws PlatformException {
        try (SharedPages shared = server.share(CLIENT, 3, READ_WRITE, true)) {
            shared.notifyOnUnmap(21, new FakePort(PORT));
            try (PageRegion mapped = client.map(SERVER, shared.refs(), READ_WRITE, true)) {
                mapped.notifyOnUnmap(20, new FakePort(PORT));
                shared.buffer().putInt(8192, 77);
                assertThat(mapped.buffer().getInt(8192)).isEqualTo(77);
                return shared.mirrored() && mapped.mirrored();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, Integer.MAX_VALUE / 2})
    void shouldLeaveNothingWhicheverCallFails(int inARow) throws Exception {
        open();
        for (FakeKernel kernel : List.of(serverKernel, clientKernel)) {
            int refused = 0;
            int plain = 0;
            int call = 0;
            do {
                kernel.fail(call, Errno.ENOMEM, inARow);
                try {
                    plain += live() ? 0 : 1;
                } catch (PlatformException | OutOfMemoryError e) {
                    refused++;
                }
                kernel.failingCall = -1;
                shouldBeClean();
                call++;
            } while (kernel.calls.size() >= call);

            assertThat(call).as("calls in a life").isBetween(7, 30);
            assertThat(refused).as("failed lives").isGreaterThan(2);
            assertThat(plain).as("lives without mirror").isGreaterThanOrEqualTo(inARow == 1 ? 2 : 0);
        }
        assertThat(live()).isTrue();
    }

    @Test
    void shouldRepeatCallsThatASignalInterrupts() throws Exception {
        open();
        for (FakeKernel kernel : List.of(serverKernel, clientKernel)) {
            kernel.fail(-1, 0, 0);
            assertThat(live()).isTrue();
            List<String> calls = List.copyOf(kernel.calls);
            assertThat(calls).filteredOn("ioctl"::equals).hasSize(3);
            for (int call = 0; call < calls.size(); call++) {
                if (calls.get(call).equals("open") || calls.get(call).equals("ioctl")) {
                    kernel.fail(call, Errno.EINTR, 3);
                    assertThat(live()).as("%s number %d interrupted", calls.get(call), call).isTrue();
                    assertThat(kernel.calls).hasSize(calls.size() + 3);
                    shouldBeClean();
                }
            }
        }
    }

    /** The descriptors and grants at once; address space, when the buffers over it are collected. */
    private void shouldBeClean() {
        await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            boolean clean = serverKernel.inUse().equals(FakeKernel.NOTHING)
                    && clientKernel.inUse().equals(FakeKernel.NOTHING) && xen.grants() == 0
                    && serverKernel.ranges() == 1 && clientKernel.ranges() == 1;
            if (!clean) {
                System.gc();
            }
            return clean;
        });
    }
}
