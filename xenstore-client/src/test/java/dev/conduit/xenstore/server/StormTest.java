package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A guest that writes without pause over a real socket, and who is disturbed by it. */
class StormTest {

    private final TestServer server = new TestServer();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final AtomicBoolean stop = new AtomicBoolean();

    @AfterEach
    void end() {
        stop.set(true);
        pool.shutdownNow();
        server.close();
    }

    private Future<Integer> storm(XenStoreClient guest, AtomicInteger writes) {
        return pool.submit(() -> {
            while (!stop.get()) {
                guest.write("/g5/a", Integer.toString(writes.incrementAndGet()));
            }
            return writes.get();
        });
    }

    @Test
    void shouldLetThePrivilegedDomainCommitAndTheGuestGoOn() throws Exception {
        XenStoreClient dom0 = server.overSocket(0);
        server.introduce(5);
        dom0.write("/g5/a", "0");
        dom0.setPermissions("/g5", List.of(new Permission(Access.NONE, 5)));
        dom0.setPermissions("/g5/a", List.of(new Permission(Access.NONE, 5)));
        XenStoreClient guest = server.overSocket(5);
        AtomicInteger writes = new AtomicInteger();
        Future<Integer> storm = storm(guest, writes);

        AtomicInteger attempts = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            dom0.transaction(tx -> {
                attempts.incrementAndGet();
                tx.read("/g5/a");
                // Work that takes its time: the guest writes meanwhile, unless it rests.
                TimeUnit.MILLISECONDS.sleep(20);
                tx.write("/result", "done");
                return null;
            });
        }
        int before = writes.get();
        await().atMost(30, TimeUnit.SECONDS).until(() -> writes.get() > before + 10);
        stop.set(true);
        storm.get(30, TimeUnit.SECONDS);

        assertThat(attempts.get()).as("attempts for three commits").isLessThan(100);
        guest.close();
        dom0.close();
    }
}
