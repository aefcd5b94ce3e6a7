package dev.conduit.synjitsu.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.synjitsu.replay.Ends;
import dev.conduit.synjitsu.replay.Offsets;
import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.synjitsu.tcp.TcpState;
import dev.conduit.synjitsu.wire.MacAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TcbTextTest {

    private static final Tcb TCB = new Tcb(new InetSocketAddress("10.9.0.10", 80), new InetSocketAddress("10.9.0.1", 50000),
            TcpState.ESTABLISHED, 0xFFFF_FFFF, 1, 65535 << 14, 7, 65535 << 14, -2, 32768, 14, 7, 1460, true, true, -3, 5,
            new byte[0]);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static TcbFields fields(String text) {
        return TcbFields.read(bytes(text));
    }

    private static Tcb parse(String text) {
        return TcbText.tcb(fields(text), TcpState.ESTABLISHED, TCB.data());
    }

    @Test
    void shouldReadWhatItWrites() {
        String text = TcbText.format(TCB, 0x0200_0000_0002L);
        assertThat(text).startsWith("((via 20000000002) (dst 0a09000a) (dst-port 80) (src 0a090001) (src-port 50000)")
                .contains("(snd-nxt 4294967295)").endsWith("(ts-ours 5))");
        assertThat(parse(text)).isEqualTo(TCB);
        assertThat(TcbText.via(fields(text))).isEqualTo(0x0200_0000_0002L);
        Tcb plain = new Tcb(new InetSocketAddress("fd09::10", 80), new InetSocketAddress("fd09::1", 1), TcpState.ESTABLISHED,
                1, 1, 0, 0, 0, 0, 0, -1, -1, 536, false, false, 0, 0, TCB.data());
        assertThat(parse(TcbText.format(plain, 0))).isEqualTo(plain);
    }

    @Test
    void shouldReadHowConnectionsAreTranslated() {
        for (Offsets offsets : List.of(new Offsets(MacAddress.parse("02:00:00:00:00:03"), -1, -2, true, true, 14, 1448),
                new Offsets(MacAddress.parse("00:16:3e:00:00:03"), 5, 0, false, false, -1, 1460))) {
            Ends ends = new Ends(OptionalInt.of(-1), offsets.sack() ? OptionalInt.of(3) : OptionalInt.empty());
            String text = TcbText.format(TCB, 7, offsets, ends);
            assertThat(TcbText.ends(fields(text))).isEqualTo(ends);
            assertThat(TcbText.offsets(fields(text))).contains(offsets);
            assertThat(parse(text)).isEqualTo(TCB);
            assertThat(TcbText.via(fields(text))).isEqualTo(7);
            assertThatThrownBy(() -> TcbText.offsets(fields(text.replace("(guest-seq ", "(guest-other "))))
                    .hasMessage("tcb has no field 'guest-seq'");
        }
        assertThat(TcbText.offsets(fields(TcbText.format(TCB, 7)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "(dst 0a09000a) | (dst 0a0900) | tcb field 'dst' is '0a0900', not an address",
        "(dst 0a09000a) | (dst fd090000000000000000000000000010) | tcb has addresses of two families",
        "(dst-port 80) | (dst-port 65536) | tcb field 'dst-port' is '65536', not a number up to 65535",
        "(snd-scale 14) | (snd-scale 15) | tcb field 'snd-scale' is '15', not a number up to 14",
        "(mss 1460) | (mss 1460) (mss 1) | tcb has the field 'mss' twice",
        "(snd-nxt 4294967295) | (other 1) | tcb has no field 'snd-nxt'",
        "(sack 1) | (sack 2) | tcb field 'sack' is '2', not a number up to 1",
        "(sack 1) | (sack | tcb is not of the form ((key value) ...)",
        "(sack 1) | (Sack 1) | tcb is not of the form ((key value) ...)",
        "(sack 1) | (sack 1g) | tcb is not of the form ((key value) ...)",
        "(sack 1) | (sack-sack-sack-sack 1) | tcb is not of the form ((key value) ...)",
        "(sack 1) | (sack 000000000000000000000000000000001) | tcb is not of the form ((key value) ...)"})
    void shouldNameWhatIsWrong(String good, String bad, String message) {
        String text = TcbText.format(TCB, 0).replace(good, bad);
        assertThatThrownBy(() -> parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void shouldRefuseLongTextBeforeLookingAtIt() {
        assertThatThrownBy(() -> parse("(".repeat(1025))).hasMessage("tcb of 1025 bytes is longer than 1024");
    }

    @Test
    void shouldReadOrRefuseEveryText() {
        byte[] good = bytes(TcbText.format(TCB, 1));
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] text = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                text[random.nextInt(text.length)] = (byte) "()0123456789abcdef- z".charAt(random.nextInt(21));
            }
            try {
                TcbFields fields = TcbFields.read(text);
                Tcb read = TcbText.tcb(fields, TcpState.ESTABLISHED, TCB.data());
                assertThat(read.sendScale()).as("seed %d", seed).isBetween(-1, 14);
                TcbText.via(fields);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("seed %d", seed).startsWith("tcb ").doesNotContain("\n");
            }
        }
    }
}
