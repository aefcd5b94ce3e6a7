package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import dev.conduit.core.SharedPages;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import dev.conduit.xenstore.XenStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The host itself: its folder, its beginning and its end. */
@Timeout(120)
class LocalHostTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = HostFixture.newFolder();
    }

    @AfterEach
    void removeFolder() throws IOException {
        HostFixture.delete(folder);
    }

    private static LocalHost start(Path folder) throws IOException {
        return LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
    }

    @Test
    void shouldKeepFolderAndSocketsPrivate() throws IOException {
        Path inner = folder.resolve("deeper");
        try (LocalHost host = start(inner)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(inner))).isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.directory().controlSocket())))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.directory().xenStoreSocket())))
                    .isEqualTo("rw-------");
        }
        HostFixture.delete(inner);
    }

    @Test
    void shouldPrepareXenStoreAsTheContractSays() throws IOException {
        try (LocalHost host = start(folder);
                XenStoreClient dom0 = XenStoreClients.connect(host.directory().xenStoreSocket());
                LocalPlatform guest = LocalPlatform.open(folder, "guest-1")) {
            assertThat(dom0.permissions("/conduit")).hasToString("[b0]");
            assertThat(dom0.permissions("/conduit/flows")).hasToString("[w0]");
            assertThat(dom0.readString("/local/domain/1/name")).isEqualTo("guest-1");
            assertThat(dom0.readString("/local/domain/1/domid")).isEqualTo("1");
            assertThat(dom0.permissions("/local/domain/1")).hasToString("[n0, r1]");
            assertThat(dom0.permissions("/local/domain/1/data")).hasToString("[n1]");
            assertThat(guest.xenStore().list("/local/domain/1")).contains("name", "domid", "data");
            assertThatThrownBy(() -> guest.xenStore().write("/local/domain/1/name", "other"))
                    .isInstanceOf(XenStoreException.class).hasMessageContaining("EACCES");
        }
    }

    @Test
    void shouldRunSeveralHostsInOneJvm() throws IOException {
        Path other = HostFixture.newFolder();
        try (LocalHost one = start(folder);
                LocalHost two = start(other);
                LocalPlatform inOne = LocalPlatform.open(one.directory().path(), "x");
                LocalPlatform inTwo = LocalPlatform.open(two.directory().path(), "x")) {
            assertThat(inOne.self()).isEqualTo(inTwo.self()).isEqualTo(new DomainId(1));
            inOne.xenStore().write("data/where", "one");
            assertThat(inTwo.xenStore().exists("data/where")).isFalse();
        }
        HostFixture.delete(other);
    }

    @Test
    void shouldRefuseASecondHostInTheFolderAndNameTheFirst() throws Exception {
        try (LocalHost host = start(folder)) {
            String here = "a host is running in " + folder + " already (process " + ProcessHandle.current().pid() + ")";
            assertThatThrownBy(() -> start(folder)).isInstanceOf(PlatformException.class)
                    .hasMessageStartingWith(here).hasMessageContaining("--dir");
            assertThatThrownBy(() -> start(folder)).hasMessageStartingWith(here);
            assertThat(host.directory().controlSocket()).exists();
            assertThat(LocalPlatform.statistics(folder).isEmpty()).isTrue();
        }
        try (GuestProcess first = new GuestProcess()) {
            first.ask("host " + folder);
            assertThatThrownBy(() -> start(folder)).isInstanceOf(PlatformException.class).hasMessageStartingWith(
                    "a host is running in " + folder + " already (process " + first.pid() + ")");
            assertThat(LocalPlatform.statistics(folder).isEmpty()).isTrue();
        }
    }

    @Test
    void shouldTakeOverTheFolderOfAKilledHost() throws Exception {
        try (GuestProcess first = new GuestProcess()) {
            first.ask("host " + folder);
            LocalPlatform.open(folder, "left-behind").close();
            first.kill();
        }
        assertThat(folder.resolve("host.sock")).exists();
        Files.createFile(folder.resolve("domain-7.sock"));
        assertThatThrownBy(() -> LocalPlatform.open(folder, "x")).isInstanceOf(PlatformException.class)
                .hasMessageStartingWith("no local host answers at " + folder.resolve("host.sock"))
                .hasMessageEndingWith("start one with: conduit host");
        try (LocalHost host = start(folder); LocalPlatform guest = LocalPlatform.open(folder, "x")) {
            assertThat(guest.isAlive(guest.self())).isTrue();
            assertThat(host.directory().path().resolve("domain-7.sock")).doesNotExist();
        }
        assertThat(folder.resolve("host.sock")).doesNotExist();
    }

    @Test
    void shouldRejectFoldersThatCannotBeUsed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> start(file)).isInstanceOf(PlatformException.class)
                .hasMessage(file + " is not a folder");
        Path deep = folder.resolve("d".repeat(100));
        int length = deep.toString().length() + "/domain-32751.sock".length();
        for (boolean host : new boolean[] {true, false}) {
            assertThatThrownBy(() -> {
                if (host) {
                    start(deep).close();
                } else {
                    LocalPlatform.open(deep, "x").close();
                }
            }).isInstanceOf(PlatformException.class).hasMessage("socket path " + deep + "/domain-32751.sock has "
                    + length + " bytes; the most is 106: choose a shorter folder with --dir or CONDUIT_DIR");
        }
        assertThat(deep).doesNotExist();
    }

    @Test
    void shouldSayHowToStartAMissingHost() {
        assertThatThrownBy(() -> LocalPlatform.open(folder, "x")).isInstanceOf(PlatformException.class)
                .hasMessage("no local host at " + folder.resolve("host.sock") + ": start one with: conduit host");
    }

    @Test
    void shouldEndWaitsAtOnceAndKeepMemoryWhenTheHostIsKilled() throws Exception {
        try (GuestProcess host = new GuestProcess()) {
            host.ask("host " + folder);
            try (LocalPlatform a = LocalPlatform.open(folder, "a"); LocalPlatform b = LocalPlatform.open(folder, "b")) {
                SharedPages shared = a.grants().share(b.self(), 1, GrantAccess.READ_WRITE, false);
                PageRegion mapped = b.grants().map(a.self(), shared.refs(), GrantAccess.READ_WRITE, false);
                EventPort portA = a.events().allocateUnbound(b.self());
                EventPort portB = b.events().bind(a.self(), portA.number());
                mapped.notifyOnUnmap(20, portB);
                shared.buffer().put(20, (byte) 1).putInt(0, 99);
                CompletableFuture<Throwable> waiting = awaitForEver(portA);
                host.kill();
                assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isInstanceOf(PlatformLostException.class)
                        .hasMessageContaining(folder.toString()).hasMessageContaining("start one with: conduit host");
                assertThatThrownBy(() -> a.grants().share(b.self(), 1, GrantAccess.READ_WRITE, false))
                        .isInstanceOf(PlatformLostException.class);
                assertThatThrownBy(() -> a.isAlive(b.self())).isInstanceOf(PlatformLostException.class);
                assertThatThrownBy(() -> a.xenStore().readString("domid")).isInstanceOf(XenStoreException.class);
                assertThat(mapped.buffer().getInt(0)).as("what was delivered").isEqualTo(99);
                portB.send();
                mapped.close();
                assertThat(shared.buffer().get(20)).isZero();
            }
        }
    }

    @Test
    void shouldTellDomainsWhenTheHostCloses() throws Exception {
        LocalHost host = start(folder);
        try (LocalPlatform guest = LocalPlatform.open(folder, "guest")) {
            EventPort port = guest.events().allocateUnbound(DomainId.DOM0);
            CompletableFuture<Throwable> waiting = awaitForEver(port);
            host.close();
            host.close();
            assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(PlatformLostException.class);
        }
        assertThat(folder.toFile().list()).containsExactly("host.lock");
        assertThat(folder.resolve("host.lock")).isEmptyFile();
    }

    private static CompletableFuture<Throwable> awaitForEver(EventPort port) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (System.nanoTime() < deadline) {
                    port.await(port.events(), deadline);
                }
                return new AssertionError("nothing happened");
            } catch (PlatformException | InterruptedException e) {
                return e;
            }
        });
    }

    @Test
    void shouldNotLoseTheHostToAnInterruptedThread() throws Exception {
        try (LocalHost host = start(folder);
                LocalPlatform guest = LocalPlatform.open(host.directory().path(), "guest")) {
            for (int i = 0; i < 50; i++) {
                Thread.currentThread().interrupt();
                assertThat(guest.isAlive(guest.self())).isTrue();
                guest.grants().share(guest.self(), 1, GrantAccess.READ_WRITE, false).close();
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }

    @Test
    void shouldServeAHundredDomainsInSmallHeap() throws Exception {
        try (GuestProcess host = new GuestProcess("-Xmx64m")) {
            host.ask("host " + folder);
            LocalPlatform[] domains = new LocalPlatform[100];
            try {
                for (int i = 0; i < domains.length; i++) {
                    domains[i] = LocalPlatform.open(folder, "domain-" + i);
                }
                for (int i = 0; i < domains.length; i++) {
                    connect(domains[i], domains[(i + 1) % domains.length]);
                }
                assertThat(LocalPlatform.statistics(folder))
                        .isEqualTo(new HostStatistics(100, 100, 300, 300, 200, 200));
                long used = Long.parseLong(host.ask("heap"));
                assertThat(used).as("bytes of heap in use").isLessThan(48L << 20);
            } finally {
                for (LocalPlatform domain : domains) {
                    if (domain != null) {
                        domain.close();
                    }
                }
            }
            await().atMost(PATIENCE).until(() -> LocalPlatform.statistics(folder).isEmpty());
        }
    }

    /** What a vchan with 64 KiB rings takes, left open. */
    private static void connect(LocalPlatform server, LocalPlatform client) throws PlatformException {
        EventPort port = server.events().allocateUnbound(client.self());
        EventPort clientPort = client.events().bind(server.self(), port.number());
        for (int pages : new int[] {1, 16, 16}) {
            SharedPages shared = server.grants().share(client.self(), pages, GrantAccess.READ_WRITE, pages > 1);
            PageRegion mapped =
                    client.grants().map(server.self(), shared.refs(), GrantAccess.READ_WRITE, pages > 1);
            if (pages == 1) {
                shared.notifyOnUnmap(21, port);
                mapped.notifyOnUnmap(20, clientPort);
            }
        }
    }
}
