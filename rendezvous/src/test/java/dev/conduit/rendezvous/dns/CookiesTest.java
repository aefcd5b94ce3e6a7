package dev.conduit.rendezvous.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** With the examples of RFC 9018, appendix A, and of the paper on SipHash. */
class CookiesTest {

    private static final String SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf";
    private static final String CLIENT = "2464c4abcf10c957";

    private long now = 1559731985;

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private Cookies cookies(String secret) {
        return new Cookies(() -> bytes(secret), () -> now);
    }

    private static String give(Cookies cookies, String client, String address) throws Exception {
        byte[] cookie = Arrays.copyOf(bytes(client), Cookies.WHOLE);
        cookies.give(cookie, 0, InetAddress.getByName(address));
        return HexFormat.of().formatHex(cookie);
    }

    private static boolean isGood(Cookies cookies, String cookie, String address) throws Exception {
        byte[] bytes = bytes(cookie);
        return cookies.isGood(bytes, 0, bytes.length, InetAddress.getByName(address));
    }

    @Test
    void shouldHashAsThePaperDoes() {
        byte[] key = bytes("000102030405060708090a0b0c0d0e0f");
        byte[] data = bytes("000102030405060708090a0b0c0d0e");
        assertThat(Long.toHexString(new SipHash(key).hash(data, data.length))).isEqualTo("a129ca6149be45e5");
        assertThat(Long.toHexString(new SipHash(key).hash(data, 0))).isEqualTo("726fdb47dd0e0e31");
        assertThat(Long.toHexString(new SipHash(key).hash(data, 8))).isEqualTo("93f5f5799a932462");
    }

    @Test
    void shouldGiveTheCookiesOfTheRfc() throws Exception {
        Cookies cookies = cookies(SECRET);
        assertThat(give(cookies, CLIENT, "198.51.100.100")).isEqualTo(CLIENT + "010000005cf79f111f8130c3eee29480");
        now = 1559734385;
        assertThat(isGood(cookies, CLIENT + "010000005cf79f111f8130c3eee29480", "198.51.100.100")).isTrue();
        assertThat(give(cookies, CLIENT, "198.51.100.100")).isEqualTo(CLIENT + "010000005cf7a871d4a564a1442aca77");
        now = 0x5cf78f71;
        assertThat(isGood(cookies, "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", "203.0.113.203"))
                .as("reserved bytes that are not zero").isTrue();
        now = 1559734700;
        assertThat(give(cookies, "fc93fc62807ddb86", "203.0.113.203"))
                .isEqualTo("fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e");
    }

    @Test
    void shouldKnowCookiesOfTheSecretBefore() throws Exception {
        String old = "dd3bdf9344b678b185a6f5cb60fca715";
        String next = "445536bcd2513298075a5d379663c962";
        int[] made = new int[1];
        Supplier<byte[]> secrets = () -> bytes(made[0]++ == 0 ? old : next);
        now = 1559741961 - 86_400;
        Cookies cookies = new Cookies(secrets, () -> now);
        now = 1559741961;
        String address = "2001:db8:220:1:59de:d0f4:8769:82b8";
        String before = "22681ab97d52c298010000005cf7c57926556bd0934c72f8";
        assertThat(isGood(cookies, before, address)).isTrue();
        assertThat(give(cookies, "22681ab97d52c298", address)).isEqualTo("22681ab97d52c298010000005cf7c609a6bb79d16625507a");
        assertThat(isGood(cookies, before, address)).isTrue();
        now += 86_400;
        give(cookies, "22681ab97d52c298", address);
        now -= 86_400;
        assertThat(isGood(cookies, before, address)).as("two secrets ago").isFalse();
    }

    @Test
    void shouldRefuseWhatItDidNotGiveToThisClientLately() throws Exception {
        Cookies cookies = cookies(SECRET);
        String good = give(cookies, CLIENT, "198.51.100.100");
        assertThat(isGood(cookies, good, "198.51.100.101")).isFalse();
        assertThat(isGood(cookies, good, "2001:db8::1")).isFalse();
        assertThat(isGood(cookies(CLIENT + CLIENT), good, "198.51.100.100")).isFalse();
        assertThat(isGood(cookies, good.substring(0, 16), "198.51.100.100")).isFalse();
        assertThat(isGood(cookies, good + "00", "198.51.100.100")).isFalse();
        Random random = new Random(5);
        for (int i = 0; i < 1000; i++) {
            byte[] forged = bytes(good);
            forged[random.nextInt(forged.length)] ^= (byte) (1 << random.nextInt(8));
            assertThat(isGood(cookies, HexFormat.of().formatHex(forged), "198.51.100.100")).as("change %d", i).isFalse();
        }
        now += 3600;
        assertThat(isGood(cookies, good, "198.51.100.100")).isTrue();
        now++;
        assertThat(isGood(cookies, good, "198.51.100.100")).as("an hour old").isFalse();
        now -= 3601 + 300;
        assertThat(isGood(cookies, good, "198.51.100.100")).isTrue();
        now--;
        assertThat(isGood(cookies, good, "198.51.100.100")).as("of the future").isFalse();
    }

    @Test
    void shouldAnswerWithACookieOfItsOwn() {
        Ask ask = Ask.of(new ServedZone(ZoneTexts.lab(), null));
        Message first = ask.udp(Ask.withCookie(Ask.query("www.lab.test", Type.A), bytes(CLIENT)));
        byte[] cookie = Ask.cookie(first);
        assertThat(HexFormat.of().formatHex(cookie)).startsWith(CLIENT + "01000000").hasSize(48);
        assertThat(ask.responder().clientProven()).isFalse();
        assertThat(first.getSection(Section.ANSWER)).hasSize(2);
        ask.udp(Ask.withCookie(Ask.query("www.lab.test", Type.A), cookie));
        assertThat(ask.responder().clientProven()).isTrue();
        byte[] bad = cookie.clone();
        bad[20]++;
        Message third = ask.udp(Ask.withCookie(Ask.query("www.lab.test", Type.A), bad));
        assertThat(third.getRcode()).as("as without").isEqualTo(Rcode.NOERROR);
        assertThat(Ask.cookie(third)).isEqualTo(cookie);
        assertThat(ask.responder().clientProven()).isFalse();
        assertThat(Ask.cookie(ask.udp("www.lab.test", Type.A))).isNull();
    }

    @Test
    void shouldNotMakeErrorsLongerThanTheirQueries() {
        Ask ask = Ask.of(new ServedZone(ZoneTexts.lab(), null));
        assertThat(Ask.cookie(ask.udp(Ask.withCookie(Ask.query("example.org", Type.A), bytes(CLIENT))))).isNull();
        assertThat(Ask.cookie(ask.udp(Ask.withCookie(Ask.query("example.org", Type.A), new byte[Cookies.WHOLE]))))
                .hasSize(Cookies.WHOLE);
    }

    @Test
    void shouldRefuseCookiesOfImpossibleLength() {
        Ask ask = Ask.of(new ServedZone(ZoneTexts.lab(), null));
        for (int length : new int[] {0, 7, 9, 15, 41}) {
            assertThat(ask.udp(Ask.withCookie(Ask.query("www.lab.test", Type.A), new byte[length])).getRcode())
                    .as("length %d", length).isEqualTo(Rcode.FORMERR);
        }
    }
}
