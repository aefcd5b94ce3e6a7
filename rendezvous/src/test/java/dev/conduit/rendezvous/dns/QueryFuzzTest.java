package dev.conduit.rendezvous.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/** Mutated queries and raw bytes: no exception, no reply but a well-formed one, and no error larger than its query. */
class QueryFuzzTest {

    private static final int ROUNDS = 300_000;
    private static final Set<Integer> ERRORS =
            Set.of(Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED, Rcode.NOTAUTH);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private final Zone zone = ZoneTexts.lab();
    private final DnsSource source = (name, type) -> CompletableFuture.completedFuture(
            name.labels() % 2 == 0 ? DnsAnswer.noSuchName() : DnsAnswer.outOfResources());
    private final Ask ask = Ask.of(new ServedZone(zone, source));

    @Test
    void shouldSurviveMutatedQueries() {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : List.of("www.lab.test", "chain.lab.test", "x.y.wild.lab.test", "deep.sub.lab.test", "big.lab.test",
                "loop1.lab.test", "none.lab.test", "example.org", ".")) {
            for (int type : new int[] {Type.A, Type.TXT, Type.ANY, Type.SOA, Type.AXFR, Type.DS}) {
                seeds.add(Ask.query(name, type).toWire());
                seeds.add(Ask.withEdns(Ask.query(name, type), 1232).toWire());
                seeds.add(Ask.withCookie(Ask.query(name, type), new byte[Cookies.CLIENT]).toWire());
                seeds.add(Ask.withCookie(Ask.query(name, type), new byte[Cookies.WHOLE]).toWire());
            }
        }
        Message signed = Ask.query("www.lab.test", Type.A);
        new TSIG(TSIG.HMAC_SHA256, "key.", "c2VjcmV0").apply(signed, null);
        seeds.add(signed.toWire());
        for (int i = 0; i < ROUNDS; i++) {
            check(mutate(seeds.get(random.nextInt(seeds.size()))), random.nextInt(4) > 0);
        }
    }

    @Test
    void shouldSurviveRawBytes() {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            check(bytes, true);
        }
    }

    private byte[] mutate(byte[] good) {
        byte[] bytes = good.clone();
        for (int left = random.nextInt(4); left >= 0; left--) {
            switch (random.nextInt(4)) {
                case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                case 1 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(2 * bytes.length));
                default -> {
                    int from = random.nextInt(bytes.length);
                    int to = random.nextInt(bytes.length);
                    int length = random.nextInt(bytes.length - Math.max(from, to));
                    System.arraycopy(bytes, from, bytes, to, length);
                }
            }
        }
        return bytes;
    }

    private void check(byte[] query, boolean udp) {
        String what = "seed " + seed + ", query " + HexFormat.of().formatHex(query);
        byte[] reply;
        try {
            reply = ask.bytes(query, udp);
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
        if (reply == null) {
            assertThat(query.length < Wire.HEADER || (query[2] & 0x80) != 0).as(what).isTrue();
            return;
        }
        Message read;
        try {
            read = new Message(reply);
        } catch (IOException e) {
            throw new AssertionError(what + ", reply " + HexFormat.of().formatHex(reply), e);
        }
        if (read.getHeader().getID() != Wire.u16(query, 0) || reply.length > (udp ? Wire.MAX_UDP : Wire.MAX_MESSAGE)
                || ERRORS.contains(read.getRcode()) && reply.length > query.length) {
            throw new AssertionError(what + ", reply " + read);
        }
    }
}
