package dev.conduit.core.xen.grant;

import static dev.conduit.core.GrantAccess.READ_ONLY;
import static dev.conduit.core.GrantAccess.READ_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.DomainId;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;
import dev.conduit.core.posix.Errno;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the grant devices are asked for, and what becomes of their refusals. */
class XenGrantTableTest {

    private static final DomainId SERVER = new DomainId(3);
    private static final DomainId CLIENT = new DomainId(5);
    private static final int PAGE = 4096;

    @TempDir
    private Path modules;

    private final FakeXen xen = new FakeXen();
    private final FakeKernel serverKernel = new FakeKernel(xen, SERVER.value());
    private final FakeKernel clientKernel = new FakeKernel(xen, CLIENT.value());
    private XenGrantTable server;
    private XenGrantTable client;

    @BeforeEach
    void open() throws Exception {
        server = serverKernel.table(modules);
        client = clientKernel.table(modules);
    }

    @AfterEach
    void shouldLeaveNothingInUse() {
        server.close();
        client.close();
        assertThat(serverKernel.inUse()).isEqualTo(FakeKernel.NOTHING);
        assertThat(clientKernel.inUse()).isEqualTo(FakeKernel.NOTHING);
        assertThat(xen.grants()).isZero();
    }

    private SharedPages share(int pages) throws PlatformException {
        return server.share(CLIENT, pages, READ_WRITE, false);
    }

    private Path limit(String module, int value) throws Exception {
        Path file = modules.resolve(module).resolve("parameters").resolve("limit");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, value + "\n");
    }

    @Test
    void shouldOpenNoDeviceBeforeItIsNeeded() {
        assertThat(serverKernel.inUse()).isEqualTo(FakeKernel.NOTHING);
    }

    @Test
    void shouldMirrorBothSides() throws Exception {
        SharedPages shared = server.share(CLIENT, 3, READ_WRITE, true);
        PageRegion mapped = client.map(SERVER, shared.refs(), READ_WRITE, true);

        assertThat(shared.mirrored()).isTrue();
        assertThat(mapped.mirrored()).isTrue();
        assertThat(mapped.buffer().capacity()).isEqualTo(6 * PAGE);
        shared.buffer().putLong(3 * PAGE - 4, 0x0102030405060708L);
        assertThat(mapped.buffer().getLong(3 * PAGE - 4)).isEqualTo(0x0102030405060708L);
        assertThat(mapped.buffer().getInt(0)).isEqualTo(shared.buffer().getInt(3 * PAGE)).isNotZero();
        mapped.buffer().putInt(4 * PAGE, 7);
        assertThat(shared.buffer().getInt(PAGE)).isEqualTo(7);
        assertThat(serverKernel.inUse()).isEqualTo("1 descriptors, 2 mappings, 3 pages, 0 references");
        assertThat(clientKernel.inUse()).isEqualTo("1 descriptors, 1 mappings, 0 pages, 6 references");
    }

    @Test
    void shouldMapPlainWhenTheMirrorIsRefused() throws Exception {
        SharedPages shared = share(4);
        clientKernel.mapTrack = 7;
        PageRegion mapped = client.map(SERVER, shared.refs(), READ_WRITE, true);

        assertThat(mapped.mirrored()).isFalse();
        assertThat(mapped.buffer().capacity()).isEqualTo(4 * PAGE);
        shared.buffer().putInt(3 * PAGE, 9);
        assertThat(mapped.buffer().getInt(3 * PAGE)).isEqualTo(9);
        assertThat(clientKernel.inUse()).isEqualTo("1 descriptors, 1 mappings, 0 pages, 4 references");
    }

    @Test
    void shouldMapPlainWhenTheRequestForTheMirrorIsRefused() throws Exception {
        SharedPages shared = share(4);
        clientKernel.mapLimit = 7;

        assertThat(client.map(SERVER, shared.refs(), READ_WRITE, true).mirrored()).isFalse();
    }

    @Test
    void shouldSharePlainWhenTheMirrorIsRefused() throws Exception {
        // open, request, reservation, first half; the second half is refused.
        for (int refused = 2; refused <= 4; refused++) {
            serverKernel.fail(refused, Errno.ENOMEM, 1);
            SharedPages shared = server.share(CLIENT, 2, READ_WRITE, true);

            assertThat(shared.mirrored()).isFalse();
            assertThat(serverKernel.inUse()).isEqualTo("1 descriptors, 1 mappings, 2 pages, 0 references");
            shared.close();
        }
    }

    @Test
    void shouldEndTheMappingBeforeTheGrantAndTheDescriptor() throws Exception {
        SharedPages shared = server.share(CLIENT, 2, READ_WRITE, true);
        PageRegion mapped = client.map(SERVER, shared.refs(), READ_WRITE, true);
        serverKernel.fail(-1, 0, 0);
        clientKernel.fail(-1, 0, 0);

        mapped.close();
        shared.close();

        assertThat(clientKernel.calls).containsExactly("mmap", "ioctl");
        assertThat(serverKernel.calls).containsExactly("mmap", "ioctl");
    }

    @Test
    void shouldCloseMoreThanOnce() throws Exception {
        SharedPages shared = share(1);
        shared.close();
        // The number of its descriptor is free for others now.
        SharedPages other = share(1);
        shared.close();

        assertThat(serverKernel.inUse()).isEqualTo("1 descriptors, 1 mappings, 1 pages, 0 references");
        other.close();
    }

    @Test
    void shouldShowZerosToAThreadThatReadsDuringClose() throws Exception {
        SharedPages shared = server.share(CLIENT, 2, READ_WRITE, true);
        PageRegion mapped = client.map(SERVER, shared.refs(), READ_ONLY, true);
        shared.buffer().putInt(PAGE, 5);
        for (PageRegion region : List.of(mapped, shared)) {
            ByteBuffer stale = region.buffer();
            CountDownLatch reading = new CountDownLatch(1);
            CompletableFuture<Boolean> reader = CompletableFuture.supplyAsync(() -> {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                boolean gone = false;
                while (!gone && System.nanoTime() < deadline) {
                    gone = stale.getInt(PAGE) == 0 && stale.getInt(3 * PAGE) == 0;
                    reading.countDown();
                }
                return gone;
            });
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

            region.close();

            assertThat(reader.get(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldCloseWhatIsOpenWithTheTable() throws Exception {
        SharedPages shared = share(2);
        client.map(SERVER, shared.refs(), READ_WRITE, true);

        server.close();
        client.close();
        server.close();

        assertThat(shared.buffer().getInt(0)).isZero();
        assertThatThrownBy(() -> share(1)).isInstanceOf(PlatformException.class).hasMessage("the platform is closed");
        assertThat(serverKernel.inUse()).isEqualTo(FakeKernel.NOTHING);
    }

    @Test
    void shouldClearTheByteAndThenSendTheEventWhenTheMappingGoes() throws Exception {
        SharedPages shared = share(2);
        PageRegion mapped = client.map(SERVER, shared.refs(), READ_WRITE, true);
        List<Byte> seen = new ArrayList<>();
        clientKernel.ports.put(17, () -> seen.add(shared.buffer().get(PAGE + 20)));
        shared.buffer().putLong(PAGE + 16, -1);
        mapped.notifyOnUnmap(PAGE + 20, new FakePort(17));

        mapped.close();

        assertThat(seen).containsExactly((byte) 0);
        assertThat(shared.buffer().getLong(PAGE + 16)).isEqualTo(0xFFFFFF00FFFFFFFFL);
    }

    @Test
    void shouldClearTheByteAndThenSendTheEventWhenThePagesGo() throws Exception {
        SharedPages shared = server.share(CLIENT, 2, READ_WRITE, true);
        PageRegion mapped = client.map(SERVER, shared.refs(), READ_WRITE, false);
        List<Byte> seen = new ArrayList<>();
        serverKernel.ports.put(18, () -> seen.add(mapped.buffer().get(PAGE + 21)));
        shared.buffer().put(PAGE + 21, (byte) 1);
        shared.notifyOnUnmap(PAGE + 21, new FakePort(18));

        shared.close();

        assertThat(seen).containsExactly((byte) 0);
    }

    @Test
    void shouldRefuseUnmapNotificationsNamingTheReason() throws Exception {
        SharedPages shared = share(1);
        PageRegion mapped = client.map(SERVER, shared.refs(), READ_ONLY, false);
        serverKernel.ports.put(18, () -> { });

        assertThatThrownBy(() -> mapped.notifyOnUnmap(0, new FakePort(1))).isInstanceOf(PlatformException.class)
                .hasMessage("the pages of domain 3 are mapped for reading only, so no byte can be cleared when they go");
        assertThatThrownBy(() -> shared.notifyOnUnmap(0, new FakePort(19))).isInstanceOf(PlatformException.class)
                .hasMessage("unmap notification of the pages granted to domain 5 on event port 19 is refused:"
                        + " EINVAL (22); the port is not open in this domain");
        shared.notifyOnUnmap(0, new FakePort(18));
        assertThatThrownBy(() -> shared.notifyOnUnmap(1, new FakePort(18))).isInstanceOf(PlatformException.class)
                .hasMessage("the pages granted to domain 5 have an unmap notification already");
        shared.close();
        assertThatThrownBy(() -> shared.notifyOnUnmap(1, new FakePort(18))).isInstanceOf(PlatformException.class)
                .hasMessage("the pages granted to domain 5 are closed");
    }

    @Test
    void shouldNameTheLimitOfTheDomainWhenItsPagesAreUsedUp() throws Exception {
        Path file = limit("xen_gntalloc", 10);
        serverKernel.limit = 10;
        SharedPages shared = share(7);
        client.map(SERVER, shared.refs(), READ_ONLY, false);

        assertThatThrownBy(() -> share(4)).isInstanceOf(PlatformException.class)
                .hasMessage("cannot grant 4 pages to domain 5: ENOSPC (28); gntalloc gives all programs of this domain"
                        + " together 10 pages, and this platform holds 7: share less, or echo 16384 | sudo tee " + file);
        share(3).close();
        shared.close();
        share(10).close();
    }

    @Test
    void shouldNameBothCausesWhenOthersMayHoldThePages() throws Exception {
        Path file = limit("xen_gntalloc", 10);
        serverKernel.limit = 6;
        SharedPages shared = share(4);

        assertThatThrownBy(() -> share(3)).isInstanceOf(PlatformException.class)
                .hasMessageEndingWith("together 10 pages, and this platform holds 4: share less, or echo 16384 | sudo tee "
                        + file + "; or the domain's grant table is full (max_grant_frames)");
        shared.close();
    }

    @Test
    void shouldSayWhenTheLimitCannotBeRead() {
        serverKernel.limit = 0;

        assertThatThrownBy(() -> share(1)).hasMessageContaining("together unknown pages")
                .hasMessageEndingWith("or the domain's grant table is full (max_grant_frames)");
    }

    @Test
    void shouldNameTheLimitOfOneRequest() throws Exception {
        Path file = limit("xen_gntdev", 3);
        clientKernel.mapLimit = 3;
        SharedPages shared = share(4);

        assertThatThrownBy(() -> client.map(SERVER, shared.refs(), READ_WRITE, true))
                .isInstanceOf(PlatformException.class)
                .hasMessage("cannot map 4 grant references of domain 3: EINVAL (22); gntdev takes 3 in one request:"
                        + " echo 1024 | sudo tee " + file);
    }

    @Test
    void shouldNameTheReferenceThatIsNotForThisDomain() throws Exception {
        int[] refs = share(3).refs();
        int foreign = server.share(SERVER, 1, READ_WRITE, false).refs()[0];

        assertThatThrownBy(() -> client.map(SERVER, new int[] {refs[0], refs[1], foreign, refs[2]}, READ_ONLY, true))
                .isInstanceOf(PlatformException.class)
                .hasMessage("cannot map grant reference " + foreign + " of domain 3: EINVAL (22); it is unknown,"
                        + " revoked, not for this domain");
        assertThat(clientKernel.inUse()).isEqualTo(FakeKernel.NOTHING);
    }

    @Test
    void shouldNameTheReferenceThatIsOnlyForReading() throws Exception {
        int ref = server.share(CLIENT, 1, READ_ONLY, false).refs()[0];

        assertThatThrownBy(() -> client.map(SERVER, new int[] {ref}, READ_WRITE, false))
                .isInstanceOf(PlatformException.class)
                .hasMessage("cannot map grant reference " + ref + " of domain 3: EINVAL (22); it is unknown, revoked,"
                        + " not for this domain or only for reading");
        client.map(SERVER, new int[] {ref}, READ_ONLY, true).close();
    }

    @Test
    void shouldSayWhenReferencesCanBeMappedOnlyAlone() throws Exception {
        int[] refs = share(3).refs();
        clientKernel.mapTrack = 2;

        assertThatThrownBy(() -> client.map(SERVER, refs, READ_WRITE, true)).isInstanceOf(PlatformException.class)
                .hasMessage("cannot map 3 grant references of domain 3 together, though each alone: EINVAL (22);"
                        + " max_maptrack_frames of this domain may be reached");
        assertThat(clientKernel.inUse()).isEqualTo(FakeKernel.NOTHING);
    }

    @Test
    void shouldMapThePageTheDomainBuilderGrantedForXenStore() throws Exception {
        FakeXen.Grant page = xen.reserved(SERVER.value(), 1, CLIENT.value());

        client.map(SERVER, new int[] {1}, READ_WRITE, false).close();

        page.end();
    }

    @Test
    void shouldRefuseReferencesThatAreNotPositive() {
        for (int ref : new int[] {0, -1}) {
            assertThatThrownBy(() -> client.map(SERVER, new int[] {8, ref}, READ_WRITE, false))
                    .isInstanceOf(PlatformException.class)
                    .hasMessage("grant reference " + ref + " of domain 3 is not positive");
        }
    }

    @Test
    void shouldNotBeConfusedByReferencesChangedMeanwhile() throws Exception {
        int[] refs = share(2).refs();
        int[] given = refs.clone();
        try (PageRegion mapped = client.map(SERVER, given, READ_WRITE, false)) {
            given[0] = 0;
            assertThat(mapped.pages()).isEqualTo(2);
        }
        assertThat(share(1).refs()).doesNotContain(refs);
    }

    @Test
    void shouldWaitForAPageThatIsSwappedOut() throws Exception {
        int[] refs = share(2).refs();
        clientKernel.swappedOut = 3;

        assertThat(client.map(SERVER, refs, READ_WRITE, true).mirrored()).isTrue();
        assertThat(clientKernel.swappedOut).isZero();
    }

    @Test
    void shouldGiveUpOnAPageThatStaysSwappedOut() throws Exception {
        int[] refs = share(1).refs();
        clientKernel.swappedOut = Integer.MAX_VALUE;
        long start = System.nanoTime();

        assertThatThrownBy(() -> client.map(SERVER, refs, READ_WRITE, true)).isInstanceOf(PlatformException.class)
                .hasMessage("cannot map grant reference " + refs[0]
                        + " of domain 3: EAGAIN (11); its page is not in memory");
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(990));
        assertThat(clientKernel.inUse()).isEqualTo(FakeKernel.NOTHING);
    }

    @Test
    void shouldGiveUpOnASwappedOutPageWhenInterrupted() throws Exception {
        int[] refs = share(1).refs();
        clientKernel.swappedOut = Integer.MAX_VALUE;
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> client.map(SERVER, refs, READ_WRITE, false)).isInstanceOf(PlatformException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Integer.MAX_VALUE - clientKernel.swappedOut).isLessThan(5);
    }

    @Test
    void shouldSayWhatMakesAMissingDevice() {
        serverKernel.fail(0, Errno.ENOENT, 1);
        clientKernel.fail(0, Errno.ENOENT, 1);

        assertThatThrownBy(() -> share(1)).isInstanceOf(PlatformException.class)
                .hasMessageStartingWith(FakeKernel.GNTALLOC + " ").hasMessageEndingWith("modprobe xen-gntalloc");
        assertThatThrownBy(() -> client.map(SERVER, new int[] {8}, READ_WRITE, false))
                .isInstanceOf(PlatformException.class)
                .hasMessageStartingWith(FakeKernel.GNTDEV + " ").hasMessageEndingWith("modprobe xen-gntdev");
    }

    @Test
    void shouldShareFromManyThreadsAtOnce() throws Exception {
        AtomicInteger mixedUp = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int mark = t + 1;
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 200; i++) {
                    try (SharedPages shared = share(mark);
                            PageRegion mapped = client.map(SERVER, shared.refs(), READ_WRITE, true)) {
                        shared.buffer().putInt(mark * PAGE - 4, mark);
                        if (mapped.pages() != mark || mapped.buffer().getInt(2 * mark * PAGE - 4) != mark) {
                            mixedUp.incrementAndGet();
                        }
                    } catch (PlatformException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(60, TimeUnit.SECONDS);
        }
        assertThat(mixedUp).hasValue(0);
    }
}
