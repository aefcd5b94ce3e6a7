package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static dev.conduit.vchan.Pair.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each line of the list of things a hostile peer may do, done by a peer that writes the control page by hand. */
class HostilePeerTest {

    private static void assertViolation(ThrowingCallable call, String field, String... parts) {
        VchanProtocolException thrown = catchThrowableOfType(VchanProtocolException.class, call);
        assertThat(thrown).isNotNull().hasMessageContaining(field);
        for (String part : parts) {
            assertThat(thrown).hasMessageContaining(part);
        }
        assertThat(thrown.field()).isEqualTo(field);
    }

    @Test
    void shouldAcceptProdExactlyOneRingAhead() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.set(VchanPage.LEFT_PROD, 1024);
            assertThat(raw.server().available()).isEqualTo(1024);
            assertThat(raw.server().read(ByteBuffer.allocate(2000))).isEqualTo(1024);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1025, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void shouldRejectProdMoreThanOneRingAhead(int prod) throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.set(VchanPage.LEFT_PROD, prod);
            assertViolation(() -> raw.server().read(ByteBuffer.allocate(8)), "left.prod",
                    "left.prod went from 0 to " + Integer.toUnsignedString(prod), "left.cons at 0", "ring of 1024",
                    "at most 1024", "domain 2");
            assertThat(raw.server().state()).isEqualTo(VchanState.VIOLATED);
        }
    }

    @ParameterizedTest
    @CsvSource({"read", "tryRead", "receive", "peek", "available"})
    void shouldNoticeProdInEveryReadingCall(String call) throws Exception {
        try (RawClient raw = new RawClient(VchanOptions.defaults())) {
            raw.set(VchanPage.LEFT_PROD, 65537);
            ByteBuffer target = ByteBuffer.allocate(8);
            VchanChannel server = raw.server();
            assertViolation(() -> {
                switch (call) {
                    case "read" -> server.read(target, LONG);
                    case "tryRead" -> server.tryRead(target);
                    case "receive" -> server.receive(target, LONG);
                    case "peek" -> server.peek(1, LONG);
                    default -> server.available();
                }
            }, "left.prod");
            assertThat(target.position()).isZero();
        }
    }

    @Test
    void shouldRejectProdThatGoesBackwards() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.set(VchanPage.LEFT_PROD, 100);
            assertThat(raw.server().read(ByteBuffer.allocate(40))).isEqualTo(40);
            raw.set(VchanPage.LEFT_PROD, 99);
            assertViolation(() -> raw.server().read(ByteBuffer.allocate(100)), "left.prod", "from 100 to 99");
        }
    }

    @Test
    void shouldRejectProdThatOverwritesSpaceNotGivenBackYet() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.set(VchanPage.LEFT_PROD, 1024);
            assertThat(raw.server().read(ByteBuffer.allocate(1024))).isEqualTo(1024);
            assertThat(raw.word(VchanPage.LEFT_CONS)).isEqualTo(1024);
            raw.set(VchanPage.LEFT_PROD, 2048);
            assertThat(raw.server().read(ByteBuffer.allocate(1024))).isEqualTo(1024);
            raw.set(VchanPage.LEFT_PROD, 3073);
            assertViolation(() -> raw.server().read(ByteBuffer.allocate(1)), "left.prod", "from 2048 to 3073");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 2048, -1, Integer.MIN_VALUE})
    void shouldRejectConsBeyondWhatWasWritten(int cons) throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.server().write(pattern(0, 100));
            raw.set(VchanPage.RIGHT_CONS, cons);
            assertViolation(() -> raw.server().tryWrite(pattern(0, 2000)), "right.cons",
                    "right.cons went from 0 to " + Integer.toUnsignedString(cons), "at most 100");
        }
    }

    @Test
    void shouldRejectConsThatGoesBackwards() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.server().write(pattern(0, 2048));
            raw.set(VchanPage.RIGHT_CONS, 50);
            assertThat(raw.server().tryWrite(pattern(0, 100))).isEqualTo(50);
            raw.set(VchanPage.RIGHT_CONS, 49);
            assertViolation(() -> raw.server().tryWrite(pattern(0, 1)), "right.cons", "from 50 to 49");
        }
    }

    @ParameterizedTest
    @CsvSource({"write", "tryWrite", "send", "reserve", "free", "drain"})
    void shouldNoticeConsInEveryWritingCall(String call) throws Exception {
        try (RawClient raw = RawClient.small()) {
            assertThat(raw.server().write(pattern(0, 2048))).isEqualTo(2048);
            raw.set(VchanPage.RIGHT_CONS, 2049);
            VchanChannel server = raw.server();
            ByteBuffer source = pattern(0, 1);
            assertViolation(() -> {
                switch (call) {
                    case "write" -> server.write(source, LONG);
                    case "tryWrite" -> server.tryWrite(source);
                    case "send" -> server.send(source, LONG);
                    case "reserve" -> server.reserve(1, LONG);
                    case "free" -> server.free();
                    default -> server.drain(LONG);
                }
            }, "right.cons");
        }
    }

    @Test
    void shouldStayUnusableAfterAViolation() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.set(VchanPage.LEFT_PROD, 2000);
            assertViolation(() -> raw.server().read(ByteBuffer.allocate(1)), "left.prod");
            raw.set(VchanPage.LEFT_PROD, 0);
            assertViolation(() -> raw.server().read(ByteBuffer.allocate(1)), "left.prod", "from 0 to 2000");
            assertViolation(() -> raw.server().write(pattern(0, 1)), "left.prod");
            assertViolation(() -> raw.server().flush(), "left.prod");
            assertThat(raw.server().state()).isEqualTo(VchanState.VIOLATED);
            raw.server().close();
            assertThat(raw.server().state()).isEqualTo(VchanState.CLOSED);
        }
    }

    @Test
    void shouldEndABlockedCallWhenTheOtherDirectionFindsAViolation() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.server().write(pattern(0, 2048));
            CompletableFuture<Throwable> writer = CompletableFuture.supplyAsync(
                    () -> catchThrowableOfType(VchanProtocolException.class, () -> raw.server().write(pattern(0, 1))));
            raw.page.putInt(VchanPage.LEFT_PROD, 5000);
            assertViolation(() -> raw.server().read(ByteBuffer.allocate(1)), "left.prod");
            assertThat(writer.get(20, TimeUnit.SECONDS)).isInstanceOf(VchanProtocolException.class);
        }
    }

    @Test
    void shouldRejectIndicesOfTheClientsRings() throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = raw.connect();
            raw.page.putInt(VchanPage.RIGHT_PROD, 2049);
            assertViolation(() -> client.read(ByteBuffer.allocate(1)), "right.prod", "ring of 2048");
        }
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = raw.connect();
            client.write(pattern(0, 1024));
            raw.page.putInt(VchanPage.LEFT_CONS, 1025);
            assertViolation(() -> client.write(pattern(0, 1)), "left.cons", "ring of 1024");
        }
    }

    @ParameterizedTest
    @CsvSource({"2049, right.prod", "1, left.cons", "-1025, left.cons"})
    void shouldRejectIndicesThatMakeNoSenseAtConnect(int value, String field) throws Exception {
        try (RawServer raw = new RawServer(10, 11)) {
            raw.page.putInt(field.equals("right.prod") ? VchanPage.RIGHT_PROD : VchanPage.LEFT_CONS, value);
            assertViolation(raw::connect, field);
        }
    }

    @Test
    void shouldIgnoreOrdersAndGrantsChangedAfterConnect() throws Exception {
        try (RawServer raw = new RawServer(12, 13)) {
            VchanChannel client = raw.connect();
            raw.page.putShort(VchanPage.LEFT_ORDER, (short) 20);
            raw.page.putShort(VchanPage.RIGHT_ORDER, (short) 63);
            for (int i = 0; i < 32; i++) {
                raw.page.putInt(VchanPage.GRANTS + 4 * i, -1);
            }
            assertThat(client.tryWrite(pattern(0, 10_000))).isEqualTo(4096);
            assertThat(raw.page.getInt(VchanPage.LEFT_PROD)).isEqualTo(4096);
            raw.page.putInt(VchanPage.RIGHT_PROD, 8192);
            assertThat(client.read(ByteBuffer.allocate(10_000))).isEqualTo(8192);
        }
    }

    @Test
    void shouldNotReadItsOwnIndicesBack() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.server().write(pattern(0, 100));
            raw.set(VchanPage.RIGHT_PROD, 77777);
            raw.set(VchanPage.LEFT_CONS, 88888);
            raw.set(VchanPage.LEFT_PROD, 10);
            assertThat(raw.server().read(ByteBuffer.allocate(100))).isEqualTo(10);
            raw.server().write(pattern(0, 1));
            assertThat(raw.word(VchanPage.RIGHT_PROD)).isEqualTo(101);
            assertThat(raw.word(VchanPage.LEFT_CONS)).isEqualTo(10);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7, 128, 255})
    void shouldRejectLiveBytesThatMeanNothing(int live) throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.setByte(VchanPage.CLI_LIVE, live);
            assertThat(raw.server().state()).isEqualTo(VchanState.VIOLATED);
            assertViolation(() -> raw.server().write(pattern(0, 1)), "cli_live", "cli_live is " + live);
        }
        try (RawServer raw = new RawServer(10, 11)) {
            VchanChannel client = raw.connect();
            raw.page.put(VchanPage.SRV_LIVE, (byte) live);
            assertViolation(() -> client.read(ByteBuffer.allocate(1)), "srv_live", "srv_live is " + live,
                    "1 (open), 0 (gone)");
        }
    }

    @Test
    void shouldRejectNotYetAfterConnectedAndFromServers() throws Exception {
        try (RawClient raw = RawClient.small()) {
            assertThat(raw.server().state()).isEqualTo(VchanState.OPEN);
            raw.setByte(VchanPage.CLI_LIVE, 2);
            assertViolation(() -> raw.server().read(ByteBuffer.allocate(1)), "cli_live",
                    "cli_live is 2 after the peer connected");
        }
        try (RawServer raw = new RawServer(10, 11)) {
            raw.page.put(VchanPage.SRV_LIVE, (byte) 2);
            assertViolation(raw::connect, "srv_live");
        }
    }

    @Test
    void shouldStayEndedWhenTheLiveByteComesBack() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.setByte(VchanPage.CLI_LIVE, 0);
            assertThat(raw.server().state()).isEqualTo(VchanState.PEER_CLOSED);
            raw.setByte(VchanPage.CLI_LIVE, 1);
            assertThat(raw.server().state()).isEqualTo(VchanState.PEER_CLOSED);
            assertThat(raw.server().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void shouldAnswerANotifyStormWithOneEventForEachPublication() throws Exception {
        try (RawClient raw = RawClient.small()) {
            long before = raw.server().statistics().eventsSent();
            for (int i = 0; i < 1000; i++) {
                raw.setByte(VchanPage.SRV_NOTIFY, 0xFF);
                if (i % 10 == 0) {
                    raw.server().write(pattern(i, 1));
                    assertThat(raw.page.get(VchanPage.SRV_NOTIFY) & 0xFF).as("only the defined bit is taken")
                            .isEqualTo(0xFF & ~VchanPage.NOTIFY_WRITE);
                }
            }
            assertThat(raw.server().statistics().eventsSent() - before).isEqualTo(100);
            assertThatThrownBy(() -> raw.server().read(ByteBuffer.allocate(1), Pair.SHORT))
                    .isInstanceOf(VchanTimeoutException.class);
            assertThat(raw.page.get(VchanPage.CLI_NOTIFY) & ~3).isZero();
        }
    }

    @Test
    void shouldSleepThroughAnEventStormUntilThereIsSomething() throws Exception {
        try (RawClient raw = RawClient.small()) {
            CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    return raw.server().read(ByteBuffer.allocate(8), LONG);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < 20_000; i++) {
                raw.port.send();
            }
            assertThat(reader).isNotDone();
            raw.page.putInt(VchanPage.LEFT_PROD, 3);
            raw.port.send();
            assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        }
    }

    @Test
    void shouldFindBytesOfAPeerThatSendsNoEvent() throws Exception {
        VchanOptions options = VchanOptions.defaults().withRings(1024, 2048).withWatchdog(Duration.ofMillis(50));
        try (RawClient raw = new RawClient(options)) {
            CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    return raw.server().read(ByteBuffer.allocate(8), LONG);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            while (raw.server().statistics().waits() == 0) {
                Thread.onSpinWait();
            }
            raw.page.putInt(VchanPage.LEFT_PROD, 3);
            assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"10, 20", "20, 10"})
    void shouldRejectAGrantListThatRunsIntoARingInThePage(int left, int right) throws Exception {
        try (RawServer raw = new RawServer(left, right)) {
            assertViolation(raw::connect, "grants", "ends at byte 1048", "begins at 1024");
        }
    }

    @ParameterizedTest
    @CsvSource({"9, 11, left_order", "10, 21, right_order", "0, 0, left_order", "10, 10, right_order",
        "11, 11, right_order", "65535, 12, left_order"})
    void shouldRejectOrdersAtConnect(int left, int right, String field) throws Exception {
        try (RawServer raw = new RawServer(left, right)) {
            assertViolation(raw::connect, field);
        }
    }

    @Test
    void shouldAcceptTheOrdersOfOcamlServers() throws Exception {
        try (RawServer raw = new RawServer(10, 12)) {
            VchanChannel client = raw.connect();
            assertThat(client.tryWrite(pattern(0, 5000))).isEqualTo(1024);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void shouldRejectGrantReferencesOutOfRange(int ref) throws Exception {
        try (RawServer raw = new RawServer(12, 13)) {
            raw.page.putInt(VchanPage.GRANTS + 4, ref);
            assertViolation(raw::connect, "grants[1]", "grants[1] is " + Integer.toUnsignedString(ref));
        }
    }

    @Test
    void shouldGiveEverythingBackWhenAGrantIsRefused() throws Exception {
        try (RawServer raw = new RawServer(12, 13)) {
            raw.page.putInt(VchanPage.GRANTS + 8, 999_999);
            assertThatThrownBy(raw::connect).hasMessageContaining("grant 999999");
            assertThat(raw.page.get(VchanPage.CLI_LIVE)).isZero();
        }
    }

    @Test
    void shouldRefuseAServerThatHasClosed() throws Exception {
        try (RawServer raw = new RawServer(12, 13)) {
            raw.page.put(VchanPage.SRV_LIVE, (byte) 0);
            assertThatThrownBy(raw::connect).isInstanceOf(VchanPeerClosedException.class)
                    .hasMessageContaining("closed already");
        }
    }

    @Test
    void shouldShowViewsThatCannotBeWrittenTo() throws Exception {
        try (RawClient raw = RawClient.small()) {
            raw.set(VchanPage.LEFT_PROD, 10);
            ByteBuffer view = raw.server().peek(1, LONG);
            assertThat(view.isReadOnly()).isTrue();
            assertThat(view.remaining()).isEqualTo(10);
        }
    }

    @Test
    void shouldDeliverTheRestOfAPeerThatVanishes() throws Exception {
        try (Pair pair = Pair.connected(1024, 1024)) {
            pair.client.write(pattern(0, 5));
            pair.machine.kill(2, false);
            assertThat(pair.server.state()).isEqualTo(VchanState.PEER_CLOSED);
            assertThat(pair.server.read(ByteBuffer.allocate(8))).isEqualTo(5);
            assertThat(pair.server.read(ByteBuffer.allocate(8))).isEqualTo(-1);
            assertThatThrownBy(() -> pair.server.write(pattern(0, 1))).isInstanceOf(VchanPeerClosedException.class);
        }
    }

    @Test
    void shouldNoticeADomainThatIsDestroyedWithoutANotification() throws Exception {
        VchanOptions options = VchanOptions.defaults().withWatchdog(Duration.ofMillis(50));
        try (Pair pair = Pair.connected(options)) {
            pair.machine.kill(2, true);
            assertThat(pair.server.read(ByteBuffer.allocate(8), LONG)).isEqualTo(-1);
            assertThat(pair.server.state()).isEqualTo(VchanState.PEER_GONE);
            assertThatThrownBy(() -> pair.server.write(pattern(0, 1))).isInstanceOf(VchanPeerClosedException.class)
                    .hasMessage("vchan SERVER cannot write: domain 2 is gone")
                    .extracting(e -> ((VchanPeerClosedException) e).state()).isEqualTo(VchanState.PEER_GONE);
        }
    }

    @Test
    void shouldNoticeADestroyedDomainThroughShortWaitsToo() throws Exception {
        try (Pair pair = Pair.connected(VchanOptions.defaults())) {
            pair.machine.kill(2, true);
            long start = System.nanoTime();
            int count = 0;
            while (count == 0) {
                assertThat(System.nanoTime() - start).isLessThan(LONG.toNanos());
                try {
                    count = pair.server.read(ByteBuffer.allocate(8), Duration.ofMillis(20));
                } catch (VchanTimeoutException e) {
                    assertThat(pair.server.state()).isEqualTo(VchanState.OPEN);
                }
            }
            assertThat(count).isEqualTo(-1);
            assertThat(pair.server.state()).isEqualTo(VchanState.PEER_GONE);
        }
    }

    @Test
    void shouldNoticeADeadDomainWhileWaitingForItToConnect() throws Exception {
        try (Pair pair = new Pair(VchanOptions.defaults())) {
            pair.machine.kill(2, true);
            assertThatThrownBy(() -> pair.listener.awaitConnected(LONG)).isInstanceOf(VchanPeerClosedException.class)
                    .hasMessageContaining("domain 2 is gone");
        }
    }

    @Test
    void shouldNotWaitLongerForAPeerThatReadsByteByByte() throws Exception {
        try (RawClient raw = RawClient.small()) {
            ByteBuffer source = pattern(0, 100_000);
            Background<Integer> writer = Background.run(() -> raw.server().write(source, Duration.ofMillis(300)));
            for (int cons = 1; !writer.done(); cons++) {
                raw.set(VchanPage.RIGHT_CONS, Math.min(cons, Math.max(0, raw.word(VchanPage.RIGHT_PROD))));
                Thread.sleep(1);
            }
            assertThat(writer.failure()).isInstanceOf(VchanTimeoutException.class)
                    .hasMessageContaining("within 300 ms");
            assertThat(source.position()).isBetween(2048, 90_000);
        }
    }

    @Test
    void shouldLoadEachIndexOnceAndUseWhatItChecked() throws Exception {
        class TwoFaced extends SharedWords {
            private int loads;
            private int value;

            @Override
            int loadIndexAcquire(int offset) {
                int result = value;
                loads++;
                value = 0x7FFF_FFFF;
                return result;
            }

            @Override
            void storeIndexRelease(int offset, int index) {
                throw new AssertionError("nothing to publish");
            }

            @Override
            int loadFlagsAcquire() {
                throw new AssertionError("no flag needed");
            }

            @Override
            void orFlags(int bits) {
                throw new AssertionError("no request needed");
            }

            @Override
            int getAndMaskFlags(int mask) {
                throw new AssertionError("nothing to answer");
            }

            @Override
            void storeLiveRelease(int offset, int live) {
                throw new AssertionError("the peer lives");
            }

            @Override
            void fullFence() {
                throw new AssertionError("no fence needed");
            }

            void next(int index) {
                value = index;
                loads = 0;
            }
        }

        TwoFaced words = new TwoFaced() {
            private int starts;

            @Override
            int loadIndexAcquire(int offset) {
                return starts++ < 2 ? 0 : super.loadIndexAcquire(offset);
            }
        };
        Link link = new Link(null, new dev.conduit.core.DomainId(2), Role.SERVER, false, words, null);
        Consumer consumer = new Consumer(link, 1024, 256, new Spin(0));
        words.next(100);
        assertThat(consumer.poll()).isEqualTo(100);
        assertThat(words.loads).isEqualTo(1);
        assertThat(consumer.cached()).isEqualTo(100);
    }
}
