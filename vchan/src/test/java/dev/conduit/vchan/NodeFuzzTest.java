package dev.conduit.vchan;

import static dev.conduit.vchan.Pair.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.core.PlatformException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever stands in XenStore and in the page at the moment of connecting: a channel, or one of the documented errors. */
class NodeFuzzTest {

    private static final String ODD = "+- .,xX\0\n\t\u007f\u00b2\u00ff\u0660e'\"/";
    private static final List<String> EDGES = List.of("0", "00", "1", "01", "2147483647", "2147483648", "4294967295",
            "4294967296", "4294967297", "9999999999", "09999999999", "18446744073709551617", "");

    @Test
    void shouldTakeDecimalNumbersAndRefuseTheRestByName() {
        SplittableRandom random = new SplittableRandom(20261121);
        int good = 0;
        for (int i = 0; i < 100_000; i++) {
            String ref = text(random);
            String port = random.nextBoolean() ? "7" : text(random);
            boolean refGood = isGood(ref);
            try {
                ServerAddress address = ServerAddress.parse("/p", ref, port);
                assertThat(refGood && isGood(port)).as("'%s' '%s'", ref, port).isTrue();
                assertThat(address).isEqualTo(new ServerAddress(Integer.parseInt(ref), Integer.parseInt(port)));
                good++;
            } catch (VchanProtocolException e) {
                assertThat(refGood && isGood(port)).as("'%s' '%s'", ref, port).isFalse();
                assertThat(e.field()).isEqualTo(refGood ? "event-channel" : "ring-ref");
                assertThat(e.getMessage()).matches("[ -~]{1,120}").startsWith("/p/" + e.field() + " is '")
                        .endsWith("', not a decimal number between 1 and 2147483647");
            }
        }
        assertThat(good).isGreaterThan(1000);
    }

    /** What C's atoi and this library both understand, decided another way than by the code under test. */
    private static boolean isGood(String text) {
        return !text.isEmpty() && text.length() <= 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && new BigInteger(text).signum() > 0 && new BigInteger(text).bitLength() < 32;
    }

    private static String text(SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return EDGES.get(random.nextInt(EDGES.size()));
        }
        String digits = random.ints(random.nextInt(1, 13), '0', '9' + 1).mapToObj(c -> "" + (char) c)
                .collect(Collectors.joining());
        return switch (random.nextInt(4)) {
            case 0 -> {
                int at = random.nextInt(digits.length() + 1);
                yield digits.substring(0, at) + ODD.charAt(random.nextInt(ODD.length())) + digits.substring(at);
            }
            case 1 -> {
                byte[] bytes = new byte[random.nextInt(1, 300)];
                random.nextBytes(bytes);
                yield new String(bytes, StandardCharsets.ISO_8859_1);
            }
            default -> digits;
        };
    }

    @Test
    void shouldConnectOnlyToPagesThatMakeSense() throws Exception {
        int connected = 0;
        for (long seed = 1; seed <= 4000; seed++) {
            try (RawServer raw = new RawServer(10, 11)) {
                SplittableRandom random = new SplittableRandom(seed);
                spoil(random, raw);
                try {
                    use(raw.connect());
                    connected++;
                } catch (VchanProtocolException e) {
                    assertThat(e).hasMessageContaining(e.field());
                } catch (PlatformException | VchanPeerClosedException e) {
                    assertThat(e.getMessage()).matches("[ -~]{10,}");
                }
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed, t);
            }
        }
        assertThat(connected).isBetween(400, 3600);
    }

    private static void spoil(SplittableRandom random, RawServer raw) {
        ByteBuffer page = raw.page;
        page.putShort(VchanPage.LEFT_ORDER, (short) random.nextInt(9, 18));
        page.putShort(VchanPage.RIGHT_ORDER, (short) random.nextInt(9, 18));
        for (int i = random.nextInt(4); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> page.putInt(4 * random.nextInt(4), random.nextInt(-2, 5000));
                case 1 -> page.putInt(4 * random.nextInt(4), random.nextInt());
                case 2 -> page.put(random.nextInt(16, 24), (byte) random.nextInt());
                case 3 -> page.putInt(VchanPage.GRANTS + 4 * random.nextInt(32), random.nextInt(-1, 50));
                default -> page.put(random.nextInt(20, 22), (byte) random.nextInt(3));
            }
        }
    }

    private static void use(VchanChannel channel) throws Exception {
        channel.tryWrite(ByteBuffer.allocate(100));
        channel.tryRead(ByteBuffer.allocate(100));
    }

    /** Nodes that change all the time while a client waits for them. */
    @Test
    void shouldConnectInTheEndWhateverWasWrittenBefore() throws Exception {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            VchanOptions options = VchanOptions.defaults();
            try (Pair pair = new Pair(options)) {
                FakeStore store = pair.machine.store;
                Background<VchanChannel> connecting = Background.run(
                        () -> Vchan.connect(pair.clientPlatform, new DomainId(1), "/p", options, LONG));
                for (int i = random.nextInt(20); i > 0; i--) {
                    String node = "/p/" + (random.nextBoolean() ? "ring-ref" : "event-channel");
                    switch (random.nextInt(3)) {
                        case 0 -> store.write(node, "");
                        case 1 -> store.write(node, "" + random.nextInt(1000, 2000));
                        default -> store.remove(random.nextBoolean() ? "/p" : node);
                    }
                }
                pair.listener.publish("/p");
                pair.client = connecting.get();
                assertThat(pair.server.state()).as("seed %d", seed).isEqualTo(VchanState.OPEN);
                pair.server.close();
                assertThat(pair.client.read(ByteBuffer.allocate(1), Duration.ZERO)).isEqualTo(-1);
                store.remove("/p");
            }
        }
    }
}
