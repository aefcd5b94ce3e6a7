package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PlatformException;
import dev.conduit.core.local.shared.SealedFile;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLoader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The control connection from a client that does not keep to the rules. */
@Timeout(120)
class ControlSocketTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PID = ProcessHandle.current().pid();

    private final Posix posix = PosixLoader.posix();
    private HostFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new HostFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void shouldAnswerRequestsSentTogetherInOrder() throws IOException {
        try (RawClient client = new RawClient(fixture.folder())) {
            client.send("ALIVE 0\nALIVE 77\nNONSENSE\nALIVE 0\n");
            assertThat(client.receive()).isEqualTo("OK 1");
            assertThat(client.receive()).isEqualTo("OK 0");
            assertThat(client.receive()).isEqualTo("ERR EINVAL unknown request 'NONSENSE'");
            assertThat(client.receive()).isEqualTo("OK 1");
        }
    }

    @Test
    void shouldTakeARequestByteByByte() throws IOException {
        try (RawClient client = new RawClient(fixture.folder())) {
            for (String each : "ALIVE 0\n".split("")) {
                client.send(each);
            }
            assertThat(client.receive()).isEqualTo("OK 1");
        }
    }

    @Test
    void shouldDropConnectionThatSendsALineTooLong() throws IOException {
        try (RawClient client = new RawClient(fixture.folder())) {
            assertThat(client.ask("x".repeat(8191))).startsWith("ERR EINVAL");
            client.send("x".repeat(8192));
            assertThat(client.receive()).isEqualTo("ERR E2BIG a request is longer than 8192 bytes");
            assertThat(client.receive()).isNull();
        }
    }

    @Test
    void shouldNotBeHeldUpByAClientThatNeverReads() throws Exception {
        try (RawClient deaf = new RawClient(fixture.folder())) {
            deaf.channel().configureBlocking(false);
            ByteBuffer requests = ByteBuffer.wrap("STAT\n".repeat(1000).getBytes(StandardCharsets.US_ASCII));
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> {
                requests.rewind();
                return deaf.channel().write(requests) == 0 && fixture.statistics().handles() == 0;
            });
            assertThat(fixture.domain("other").isAlive(fixture.domain("third").self())).isTrue();
        }
    }

    @Test
    void shouldEndDomainWithItsConnection() throws Exception {
        LocalPlatform watcher = fixture.domain("watcher");
        try (RawClient client = new RawClient(fixture.folder())) {
            assertThat(client.ask("DOMAIN raw " + PID)).startsWith("OK 2 1 " + PID + " ");
            assertThat(fixture.statistics().domains()).isEqualTo(2);
        }
        await().atMost(PATIENCE).until(() -> fixture.statistics().domains() == 1);
        assertThat(watcher.isAlive(watcher.self())).isTrue();
    }

    @Test
    void shouldEndKeptDomainWithItsProcess() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        try {
            try (RawClient client = new RawClient(fixture.folder())) {
                client.ask("DOMAIN raw " + PID);
                assertThat(client.ask("KEEP 2147483647")).isEqualTo("ERR ESRCH process 2147483647 does not exist");
                assertThat(client.ask("KEEP " + process.pid())).isEqualTo("OK");
            }
            try (RawClient client = new RawClient(fixture.folder())) {
                assertThat(client.ask("ATTACH 1 " + PID)).as("after its maker has gone").startsWith("OK 1 ");
                process.destroyForcibly();
                assertThat(client.receive()).as("dropped with the domain").isNull();
                assertThat(fixture.statistics().domains()).isZero();
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldRefuseFilesThatCouldHurtThePeer() throws Exception {
        int plain = posix.memfdCreate("conduit-test", PosixConstants.MFD_CLOEXEC | PosixConstants.MFD_ALLOW_SEALING);
        assertThat(posix.fallocate(plain, 0, 4096)).isZero();
        int sealed = SealedFile.create(posix, "conduit-test", 4096);
        int device = posix.open("/dev/zero", PosixConstants.O_RDWR | PosixConstants.O_CLOEXEC, 0);
        try (RawClient client = new RawClient(fixture.folder())) {
            client.ask("DOMAIN raw " + PID);
            String path = "/proc/" + PID + "/fd/";
            assertThat(client.ask("SHARE 1 rw " + plain + " 1")).isEqualTo("ERR EINVAL " + path + plain
                    + " is not a memory file sealed against changes of its size (seals 0, needed 7)");
            assertThat(client.ask("SHARE 1 rw " + sealed + " 2")).isEqualTo("ERR EINVAL " + path + sealed
                    + " has 4096 bytes; 2 pages are 8192");
            assertThat(client.ask("SHARE 1 rw " + device + " 1"))
                    .isEqualTo("ERR EINVAL " + path + device + " is not a memory file");
            assertThat(client.ask("SHARE 1 rw 999999 1"))
                    .isEqualTo("ERR EINVAL " + path + "999999 cannot be looked at: NoSuchFileException");
            assertThat(client.ask("SHARE 1 rw " + sealed + " 1")).isEqualTo("OK 8");
        } finally {
            posix.close(plain);
            posix.close(sealed);
            posix.close(device);
        }
    }

    @Test
    void shouldNotMapAFileThatWasExchanged() throws Exception {
        LocalPlatform mapper = fixture.domain("mapper");
        int fd = SealedFile.create(posix, "conduit-test", 4096);
        try (RawClient client = new RawClient(fixture.folder())) {
            client.ask("DOMAIN raw " + PID);
            assertThat(client.ask("SHARE 1 rw " + fd + " 1")).isEqualTo("OK 8");
            posix.close(fd);
            assertThat(SealedFile.create(posix, "conduit-test", 4096)).as("the same descriptor").isEqualTo(fd);
            assertThatThrownBy(() -> mapper.grants().map(new DomainId(2), new int[] {8},
                    GrantAccess.READ_WRITE, false)).isInstanceOf(PlatformException.class)
                    .hasMessageEndingWith("is not the memory file of the share any more");
            assertThat(client.ask("UNBOUND 1")).isEqualTo("OK 1");
            assertThat(client.ask("NOTIFY SHARE 8 0 1"))
                    .startsWith("ERR EINVAL ").endsWith("is not the memory file of the share any more");
            assertThat(fixture.statistics().mappings()).as("given back").isZero();
        } finally {
            posix.close(fd);
        }
    }

    @Test
    void shouldSurviveRandomBytesOnManyConnections() throws Exception {
        LocalPlatform bystander = fixture.domain("bystander");
        for (long seed = 1; seed <= 30; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(bytes);
            try (RawClient client = new RawClient(fixture.folder())) {
                client.channel().configureBlocking(false);
                try {
                    client.channel().write(ByteBuffer.wrap(bytes));
                } catch (IOException e) {
                    assertThat(e).as("seed %d", seed).hasMessageContaining("pipe");
                }
            }
            assertThat(bystander.isAlive(bystander.self())).as("seed %d", seed).isTrue();
        }
    }
}
