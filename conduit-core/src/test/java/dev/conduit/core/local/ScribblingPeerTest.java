package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PlatformException;
import dev.conduit.core.local.shared.EventMemoryLayout;
import dev.conduit.core.local.shared.GrantFile;
import dev.conduit.core.posix.MappedMemory;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixConstants;
import dev.conduit.core.posix.PosixLoader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A domain that writes rubbish into the event memory, which every domain can: nobody crashes or hangs. */
@Timeout(120)
class ScribblingPeerTest {

    private static final long SEED = 20261121;
    private static final int ROUNDS = 2000;

    private HostFixture fixture;

    @BeforeEach
    void start() throws Exception {
        fixture = new HostFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    @Test
    void shouldCostItsVictimsSpuriousEventsAtMost() throws Exception {
        LocalPlatform victim = fixture.domain("victim");
        LocalPlatform peer = fixture.domain("peer");
        EventPort[] ports = new EventPort[16];
        for (int i = 0; i < ports.length; i += 2) {
            ports[i] = victim.events().allocateUnbound(peer.self());
            ports[i + 1] = peer.events().bind(victim.self(), ports[i].number());
        }
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> scribbler = CompletableFuture.runAsync(() -> scribble(done));
        try {
            for (int round = 0; round < ROUNDS; round++) {
                EventPort port = ports[round % ports.length];
                port.send();
                long seen = port.events();
                assertThat(port.await(seen, System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(50)))
                        .as("seed %d, round %d", SEED, round).isGreaterThanOrEqualTo(seen);
            }
        } finally {
            done.set(true);
            scribbler.get(60, TimeUnit.SECONDS);
        }
        assertThat(victim.isAlive(new DomainId(2))).as("the host is not impressed").isTrue();
        for (EventPort port : ports) {
            port.close();
        }
    }

    /** Rubbish in the slots of both, half of it plausible; the tables of the host are not in this memory. */
    private void scribble(AtomicBoolean done) {
        Random random = new Random(SEED);
        try (MappedMemory memory = eventMemory()) {
            ByteBuffer buffer = memory.buffer();
            int start = EventMemoryLayout.slot(0);
            int bytes = 2 * EventMemoryLayout.SLOT_BYTES;
            while (!done.get()) {
                int offset = random.nextBoolean() ? random.nextInt(bytes / 8) * 8 : random.nextInt(128) * 8;
                long value = random.nextLong();
                buffer.putLong(start + offset, random.nextBoolean() ? value : value & 0x0000_0001_0000_001FL);
            }
        } catch (PlatformException e) {
            throw new AssertionError(e);
        }
    }

    private MappedMemory eventMemory() throws PlatformException {
        Posix posix = PosixLoader.posix();
        try (HostClient client = HostClient.connect(fixture.host().directory(), () -> { })) {
            List<String> reply = client.call("ATTACH", 1, ProcessHandle.current().pid());
            String path = GrantFile.path(Long.parseLong(reply.get(2)), Integer.parseInt(reply.get(3)));
            int fd = posix.open(path, PosixConstants.O_RDWR | PosixConstants.O_CLOEXEC, 0);
            try {
                return MappedMemory.map(posix,
                        List.of(new MappedMemory.Run(fd, 0, EventMemoryLayout.FILE_BYTES / GrantTable.PAGE_SIZE)),
                        GrantAccess.READ_WRITE, false);
            } finally {
                posix.close(fd);
            }
        }
    }
}
