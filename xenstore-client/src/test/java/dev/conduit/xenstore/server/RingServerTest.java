package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's end of rings, against guests that do right and wrong. */
class RingServerTest extends RingServerFixture {

    @Test
    void shouldTakeRequestsByteByByte() {
        ByteBuffer bytes = RawGuest.request(Operation.WRITE, 7, "/g/a|1");
        while (bytes.hasRemaining()) {
            guest.putAll(bytes.slice(bytes.position(), 1));
            bytes.position(bytes.position() + 1);
        }
        assertThat(guest.takeMessages(1).get(0).requestId()).isEqualTo(7);
    }

    @Test
    void shouldCarryMessagesLargerThanTheRing() throws Exception {
        dom0.write("/g/big", "x".repeat(4000));
        Message reply = guest.ask(Operation.READ, "/g/big|");
        assertThat(reply.payload()).hasSize(4000);

        dom0.setPermissions("/g/big", List.of(new Permission(Access.NONE, 0), new Permission(Access.BOTH, 5)));
        assertThat(text(guest.ask(Operation.WRITE, "/g/big|" + "y".repeat(1900)))).isEqualTo("OK\0");
        assertThat(dom0.readString("/g/big")).isEqualTo("y".repeat(1900));
    }

    @Test
    void shouldAnswerManyRequestsInTheirOrder() {
        int count = 500;
        ByteBuffer requests = ByteBuffer.allocate(count * 32);
        for (int i = 0; i < count; i++) {
            requests.put(RawGuest.request(Operation.READ, i, "/g|"));
        }
        requests.flip();
        List<Message> replies = new ArrayList<>();
        await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(() -> {
            guest.put(requests);
            replies.addAll(guest.take(100));
            return replies.size() == count;
        });
        for (int i = 0; i < count; i++) {
            assertThat(replies.get(i).requestId()).isEqualTo(i);
        }
    }

    @Test
    void shouldAnswerEachRequestOnceWhateverThePieces() throws Exception {
        long seed = 11_2026;
        Random random = new Random(seed);
        int count = 2000;
        ByteBuffer requests = ByteBuffer.allocate(count * 4200);
        for (int i = 0; i < count; i++) {
            int length = random.nextInt(4) == 0 ? random.nextInt(4094) : random.nextInt(60);
            requests.put(RawGuest.request(random.nextBoolean() ? Operation.READ : Operation.WRITE, i,
                    "/g|" + "x".repeat(length)));
        }
        requests.flip();
        List<Message> replies = new ArrayList<>();
        long deadline = System.nanoTime() + LONG.toNanos();
        while (replies.size() < count) {
            assertThat(System.nanoTime()).as("deadline; seed %d, %d replies", seed, replies.size())
                    .isLessThan(deadline);
            int piece = Math.min(requests.remaining(), random.nextInt(1500));
            ByteBuffer next = requests.slice(requests.position(), piece);
            guest.put(next);
            requests.position(requests.position() + next.position());
            replies.addAll(guest.take(random.nextInt(1500)));
        }
        for (int i = 0; i < count; i++) {
            assertThat(replies.get(i).requestId()).as("seed %d", seed).isEqualTo(i);
        }
        assertThat(guest.word(RawGuest.ERROR)).isZero();
    }

    @Test
    void shouldGiveUpAGuestThatLeavesTooManyEventsWaiting() throws Exception {
        try (TestServer strict = new TestServer(ServerOptions.defaults().withQuota(Quota.UNREAD, 10_000));
                XenStoreClient admin = strict.inProcess(0)) {
            strict.overRing(5);
            RawGuest slow = new RawGuest(strict.rings().guest(5));
            admin.mkdir("/w");
            admin.setPermissions("/w", List.of(new Permission(Access.NONE, 5)));
            slow.ask(Operation.WATCH, "/w|t|");
            for (int i = 0; i < 1000 && slow.word(RawGuest.ERROR) == 0; i++) {
                admin.write("/w/some/rather/long/path/" + i, "");
            }
            slow.awaitWord(RawGuest.ERROR, 1);
            assertThat(strict.usage(5).watches()).isZero();
            assertThat(strict.usage(5).connections()).isEqualTo(1);
        }
    }

    /** Each answer to another guest shows that the server has been here since. */
    @Test
    void shouldStopReadingAGuestThatDoesNotTakeItsReplies() throws Exception {
        RawGuest other = introduced(6);
        int idle = 0;
        for (int round = 0; idle < 3; round++) {
            assertThat(round).as("rounds until the server stops").isLessThan(10_000);
            ByteBuffer request = RawGuest.request(Operation.READ, round, "/g|");
            guest.put(request);
            idle = request.position() == 0 ? idle + 1 : 0;
            assertServes(other);
        }
        assertThat(guest.word(RawGuest.ERROR)).isZero();
        assertThat(guest.word(RawGuest.RSP_PROD)).isEqualTo(1024);
        assertThat(guest.word(RawGuest.REQ_PROD) - guest.word(RawGuest.REQ_CONS)).isEqualTo(1024);

        assertThat(guest.takeMessages(1024 / 16)).isNotEmpty();
        await().atMost(LONG).until(() -> {
            guest.take(1024);
            return guest.word(RawGuest.REQ_PROD) == guest.word(RawGuest.REQ_CONS);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1025, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void shouldGiveUpAGuestWithABadProducerIndex(int ahead) throws Exception {
        guest.poke(RawGuest.REQ_PROD, guest.word(RawGuest.REQ_CONS) + ahead);
        guest.kick();

        guest.awaitWord(RawGuest.ERROR, 2);
        assertStillADomain();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -1025, Integer.MIN_VALUE})
    void shouldGiveUpAGuestWithABadConsumerIndex(int ahead) throws Exception {
        guest.poke(RawGuest.RSP_CONS, guest.word(RawGuest.RSP_PROD) + ahead);
        guest.putAll(RawGuest.request(Operation.READ, 1, "/g|"));

        guest.awaitWord(RawGuest.ERROR, 2);
        assertStillADomain();
    }

    @Test
    void shouldGiveUpAGuestWithATooLongMessage() throws Exception {
        guest.ask(Operation.WATCH, "/g|t|");
        guest.put(ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(2).putInt(0).putInt(0).putInt(4097)
                .flip());

        guest.awaitWord(RawGuest.ERROR, 3);
        assertThat(server.usage(5).watches()).isZero();
        assertStillADomain();
    }

    /** It is ignored, @releaseDomain fires at its end and not before. */
    private void assertStillADomain() throws Exception {
        int consumed = guest.word(RawGuest.REQ_CONS);
        guest.poke(RawGuest.REQ_PROD, consumed + 1024);
        guest.kick();
        RawGuest other = introduced(6);
        assertServes(other);
        assertThat(guest.word(RawGuest.REQ_CONS)).isEqualTo(consumed);
        Queue<String> releases = new ConcurrentLinkedQueue<>();
        dom0.watch("@releaseDomain", releases::add);
        await().atMost(LONG).until(() -> releases.size() == 1);
        assertThat(server.usage(5).connections()).isEqualTo(1);
        server.release(5);
        await().atMost(LONG).until(() -> releases.size() == 2);
        assertThat(server.knowsNothingOf(5)).isTrue();
    }

    @Test
    void shouldServeManyGuestsWithOneThread() throws Exception {
        List<RawGuest> guests = new ArrayList<>();
        for (int domain = 100; domain < 1100; domain++) {
            guests.add(introduced(domain));
        }
        long threads = serverThreads();
        for (RawGuest each : guests) {
            each.put(RawGuest.request(Operation.GET_DOMAIN_PATH, 1, "9|"));
        }
        for (RawGuest each : guests) {
            assertThat(text(each.takeMessages(1).get(0))).isEqualTo("/local/domain/9\0");
        }
        assertThat(serverThreads()).isEqualTo(threads);
    }

    private static long serverThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("xenstored")).count();
    }

    @Test
    void shouldServeEverybodyWhileOneScribbles() throws Exception {
        long seed = 5_2026;
        Random random = new Random(seed);
        RawGuest other = introduced(6);
        for (int i = 0; i < 20_000; i++) {
            int offset = random.nextBoolean() ? 2048 + 4 * random.nextInt(8) : 4 * random.nextInt(512);
            guest.poke(offset, random.nextBoolean() ? random.nextInt() : random.nextInt(1025));
            guest.kick();
            if (i % 100 == 0) {
                assertThat(text(other.ask(Operation.GET_DOMAIN_PATH, "9|"))).as("seed %d", seed)
                        .isEqualTo("/local/domain/9\0");
            }
        }
        assertThat(server.usage(5).connections()).isEqualTo(1);
        guest.poke(RawGuest.CONNECTION, 1);
        guest.kick();
        guest.awaitWord(RawGuest.CONNECTION, 0);
        assertServes(new RawGuest(server.rings().guest(5)));
    }
}
