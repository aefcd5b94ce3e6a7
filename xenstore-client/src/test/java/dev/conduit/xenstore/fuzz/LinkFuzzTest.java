package dev.conduit.xenstore.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.peer.Link;
import dev.conduit.xenstore.peer.OurRings;
import dev.conduit.xenstore.peer.RingLink;
import dev.conduit.xenstore.peer.SocketLink;
import dev.conduit.xenstore.server.DomainUsage;
import dev.conduit.xenstore.server.ServerOptions;
import dev.conduit.xenstore.server.ServerRing;
import dev.conduit.xenstore.server.XenStoreServer;
import dev.conduit.xenstore.wire.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same talk as {@link WireFuzzTest} over real sockets and a ring, at once; a tenth of the requests. */
class LinkFuzzTest {

    private static final long SEED = Long.getLong("conduit.fuzz.seed", 1);
    private static final long REQUESTS = Long.getLong("conduit.fuzz", 50_000) / 10;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int[] SPEAKERS = {0, 0, 5, 5, 6, 7};
    /** Has a ring; hardly to be named by a spoiled request. */
    private static final int RING_DOMAIN = 23456;
    private static final int BURST = 15;

    private interface Connector {
        Link connect() throws IOException;
    }

    /** Domain 0 could never give a ring back. */
    private final OurRings rings = new OurRings() {
        @Override
        public ServerRing map(int domain, long frame) throws IOException {
            if (domain == 0) {
                throw new IOException("domain 0 is no guest");
            }
            return super.map(domain, frame);
        }
    };
    private final XenStoreServer server = XenStoreServer.start(ServerOptions.defaults());
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final AtomicLong requests = new AtomicLong();
    private Path directory;

    @BeforeEach
    void listen() throws IOException {
        directory = Files.createTempDirectory("xs");
        server.serveRings(rings);
        for (int domain : RequestMaker.DOMAINS) {
            server.listen(socket(domain), domain);
        }
    }

    @AfterEach
    void close() throws IOException {
        pool.shutdownNow();
        server.close();
        Files.delete(directory);
    }

    private Path socket(int domain) {
        return directory.resolve("s" + domain);
    }

    @Test
    void shouldAnswerEveryRequestOnceAndKeepNothing() throws Exception {
        DomainUsage before = server.usage().get(0);
        try (XenStoreClient dom0 = server.connect(0)) {
            dom0.mkdir("/fuzz");
            dom0.setPermissions("/fuzz", List.of(new Permission(Access.BOTH, 0)));
        }
        List<Future<Void>> talks = new ArrayList<>();
        for (int i = 0; i < SPEAKERS.length; i++) {
            int domain = SPEAKERS[i];
            Random random = new Random(SEED * 100 + i);
            talks.add(pool.submit(() -> talk(random, BURST, () -> new SocketLink(socket(domain)))));
        }
        talks.add(pool.submit(() -> talk(new Random(SEED * 100 + 99), 1, this::ring)));
        for (Future<Void> talk : talks) {
            talk.get(REQUESTS + 60_000, TimeUnit.MILLISECONDS);
        }
        assertThat(requests.get()).isGreaterThanOrEqualTo(REQUESTS);
        requireNothingLeft(before);
    }

    /** Introduced anew, whatever became of the ring before. */
    private Link ring() throws IOException {
        ByteBuffer page = rings.page(RING_DOMAIN);
        server.release(RING_DOMAIN);
        server.introduce(RING_DOMAIN, 1, 1);
        return new RingLink(page, () -> rings.kick(RING_DOMAIN));
    }

    private Void talk(Random random, int burst, Connector connector) throws IOException {
        long share = REQUESTS / (SPEAKERS.length + 1) + 1;
        for (long done = 0; done < share;) {
            Talker talker = new Talker(random);
            try (Link link = connector.connect()) {
                boolean open = true;
                for (int i = random.nextInt(300); i > 0 && open; i--) {
                    open = exchange(talker, link, 1 + random.nextInt(burst));
                }
                if (random.nextBoolean()) {
                    link.send(cut(talker.next(), random));
                }
            } catch (AssertionError e) {
                throw new AssertionError("seed " + SEED + ": " + e.getMessage(), e);
            }
            done += talker.exchanges().requests();
        }
        requests.addAndGet(share);
        return null;
    }

    /** Sends some requests and takes what is owed for them; false when the server ended the connection. */
    private static boolean exchange(Talker talker, Link link, int count) {
        for (int i = 0; i < count; i++) {
            link.send(talker.next());
        }
        while (talker.exchanges().unanswered() > 0) {
            Message message = link.receive();
            if (message == null) {
                return false;
            }
            talker.received(message);
        }
        return !talker.exchanges().tooLong();
    }

    private static byte[] cut(byte[] bytes, Random random) {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }

    /** A guest that was introduced last has a ring, which is a connection, until it is released. */
    private void requireNothingLeft(DomainUsage before) throws IOException {
        await("connections to end").atMost(LONG).untilAsserted(() -> assertThat(server.usage().entrySet())
                .allMatch(domain -> domain.getValue().connections() <= (domain.getKey() == 0 ? 0 : 1)));
        Set.copyOf(server.usage().keySet()).stream().filter(domain -> domain != 0).forEach(server::release);
        try (XenStoreClient dom0 = server.connect(0)) {
            assertThat(dom0.administration().control("check")).isEqualTo("OK");
            for (String name : dom0.list("/")) {
                dom0.remove("/" + name);
            }
            dom0.write("/", "");
            dom0.setPermissions("/", List.of(new Permission(Access.NONE, 0)));
            dom0.mkdir("/tool/xenstored");
            assertThat(dom0.administration().control("check")).isEqualTo("OK");
        }
        assertThat(server.usage()).isEqualTo(Map.of(0, before));
    }
}
