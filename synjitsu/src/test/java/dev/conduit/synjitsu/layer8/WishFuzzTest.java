package dev.conduit.synjitsu.layer8;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.layer8.Wish.State;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes that were changed, cut and mixed: always an answer, and the same one however they come. */
final class WishFuzzTest {

    private static final int ROUNDS = 60_000;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldAnswerWhateverComes() throws Exception {
        List<byte[]> seeds = List.of(Hellos.ofJdk("www.example.org"), Hellos.ofJdk(null),
                Hellos.records(Hellos.message(Hellos.ofJdk("a.b")), 50), Hellos.of(Hellos.serverName("shop.example.org")),
                bytes("GET / HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: curl\r\n\r\n"),
                bytes("GET http://a.b:80/ HTTP/1.0\n\n"), bytes("SSH-2.0-x\r\n"));
        long seed = 20261128;
        Random random = new Random(seed);
        int decided = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt(256) : "\r\n :.\0".charAt(random.nextInt(6)));
            }
            bytes = Arrays.copyOf(bytes, random.nextInt(5) == 0 ? random.nextInt(bytes.length + 1) : bytes.length);
            decided += requireConsistent(bytes, random, "seed " + seed + ", round " + round);
        }
        assertThat(decided).isGreaterThan(ROUNDS / 2);
    }

    @Test
    void shouldAnswerToNoise() {
        Random random = new Random(8);
        for (int round = 0; round < ROUNDS / 10; round++) {
            byte[] bytes = new byte[random.nextInt(Wish.MAX_BYTES / 8)];
            random.nextBytes(bytes);
            if (bytes.length > 2 && random.nextBoolean()) {
                bytes[0] = ClientHello.HANDSHAKE;
                bytes[1] = 3;
            }
            requireConsistent(bytes, random, "round " + round);
        }
    }

    /** What was decided by a part stays so with more; gives 1 if it is decided. */
    private static int requireConsistent(byte[] bytes, Random random, String where) {
        Wish all = Wish.read(ByteBuffer.wrap(bytes));
        Wish part = Wish.read(ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1)));
        if (part.state() != State.UNDECIDED) {
            assertThat(all).as(where).isEqualTo(part);
        }
        assertThat(all.host().isEmpty()).as(where).isEqualTo(all.state() != State.NAMED);
        assertThat(all.host()).as(where).matches("[a-z0-9_.-]*");
        return all.state() == State.UNDECIDED ? 0 : 1;
    }
}
