package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Domains that come, work and go at once, over sockets and in the JVM; nothing may be left of them. */
class ManyClientsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestServer server = new TestServer();
    private final ExecutorService pool = Executors.newFixedThreadPool(6);

    @AfterEach
    void close() {
        pool.shutdownNow();
        server.close();
    }

    @Test
    void shouldLeaveNothingOfDomainsThatComeAndGo() throws Exception {
        XenStoreClient dom0 = server.inProcess(0);
        dom0.write("/shared", "0");
        dom0.setPermissions("/shared", List.of(new Permission(Access.BOTH, 0)));
        List<Future<Void>> lives = new ArrayList<>();
        for (int i = 1; i <= 24; i++) {
            int domain = i;
            server.socket(domain);
            lives.add(pool.submit(() -> {
                live(dom0, domain);
                return null;
            }));
        }
        for (Future<Void> life : lives) {
            life.get(60, TimeUnit.SECONDS);
        }

        await().atMost(LONG).until(() -> server.server().usage().keySet().equals(Set.of(0)));
        assertThat(dom0.readString("/shared")).isEqualTo("480");
        assertThat(dom0.list("/shared")).isEmpty();
        assertThat(dom0.list("/")).containsExactly("home", "shared", "tool");
        assertThat(dom0.list("/home")).isEmpty();
        DomainUsage usage = server.usage(0);
        assertThat(usage).isEqualTo(new DomainUsage(5, 0, 0, 1, usage.memory()));
        dom0.close();
    }

    private void live(XenStoreClient dom0, int domain) throws Exception {
        Random random = new Random(domain);
        String home = "/home/" + domain;
        server.introduce(domain);
        dom0.transaction(tx -> {
            tx.mkdir(home);
            tx.setPermissions(home, List.of(new Permission(Access.NONE, domain)));
            return null;
        });
        XenStoreClient guest = domain % 2 == 0 ? server.overSocket(domain) : server.inProcess(domain);
        AtomicInteger events = new AtomicInteger();
        guest.watch(home, path -> events.incrementAndGet());
        for (int i = 0; i < 20; i++) {
            guest.write(home + "/" + random.nextInt(5), "" + i);
            guest.write("/shared/" + domain, "" + i);
            guest.transaction(tx -> {
                int count = Integer.parseInt(tx.readString("/shared"));
                tx.write("/shared", "" + (count + 1));
                return null;
            });
        }
        await().atMost(LONG).until(() -> events.get() > 0);
        server.release(domain);
        await().atMost(LONG).until(() -> lost(guest));
        guest.close();
    }

    private static boolean lost(XenStoreClient guest) {
        try {
            guest.read("/shared");
            return false;
        } catch (XenStoreException e) {
            return e.error() == null;
        }
    }

    @Test
    void shouldSetUpManyDevicesAtOnceWithoutConflicts() throws Exception {
        XenStoreClient dom0 = server.overSocket(0);
        AtomicInteger runs = new AtomicInteger();
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int device = i;
            all.add(pool.submit(() -> dom0.transaction(tx -> {
                runs.incrementAndGet();
                String front = "/local/domain/" + device + "/device/vif/0";
                String back = "/local/domain/0/backend/vif/" + device + "/0";
                tx.write(front + "/backend", back);
                tx.write(back + "/frontend", front);
                tx.setPermissions(front, List.of(new Permission(Access.NONE, device)));
                tx.write(front + "/state", "1");
                tx.write(back + "/state", "1");
                return null;
            })));
        }
        for (Future<Void> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }

        assertThat(runs).as("no transaction was repeated").hasValue(200);
        assertThat(dom0.list("/local/domain/0/backend/vif")).hasSize(200);
        dom0.close();
    }
}
