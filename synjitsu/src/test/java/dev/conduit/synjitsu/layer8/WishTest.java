package dev.conduit.synjitsu.layer8;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.synjitsu.layer8.Wish.Protocol;
import dev.conduit.synjitsu.layer8.Wish.State;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WishTest {

    private static final Wish WWW_TLS = new Wish(Protocol.TLS, State.NAMED, "www.example.org");

    private static Wish read(byte[] bytes) {
        return Wish.read(ByteBuffer.wrap(bytes));
    }

    /** Escapes are spelt out: {@code ~} ends a line with CR and LF, {@code ;} with LF alone. */
    private static Wish http(String text) {
        return read(text.replace("~", "\r\n").replace(";", "\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Undecided with every part of it, decided with all of it, and with more behind. */
    private static void requireOnlyAtItsEnd(byte[] bytes, Wish wish) {
        for (int length = 0; length < bytes.length; length++) {
            assertThat(read(Arrays.copyOf(bytes, length)).state()).as("%d of %d bytes", length, bytes.length)
                    .isEqualTo(State.UNDECIDED);
        }
        assertThat(read(bytes)).isEqualTo(wish);
        assertThat(read(Arrays.copyOf(bytes, bytes.length + 100))).isEqualTo(wish);
    }

    @Test
    void shouldReadServerNameOfTheJdk() throws Exception {
        requireOnlyAtItsEnd(Hellos.ofJdk("www.example.org"), WWW_TLS);
        requireOnlyAtItsEnd(Hellos.ofJdk(null), new Wish(Protocol.TLS, State.NAMELESS, ""));
    }

    @Test
    void shouldReadHelloThatIsCutIntoRecordsAnywhere() throws Exception {
        byte[] message = Hellos.message(Hellos.ofJdk("WWW.example.org"));
        for (int each = 1; each <= message.length; each++) {
            assertThat(read(Hellos.records(message, each))).as("records of %d bytes", each).isEqualTo(WWW_TLS);
        }
        requireOnlyAtItsEnd(Hellos.records(message, 7), WWW_TLS);
    }

    @Test
    void shouldReadSmallestHellos() {
        assertThat(read(Hellos.of(null))).isEqualTo(Wish.nameless(Protocol.TLS));
        assertThat(read(Hellos.of(new byte[0]))).isEqualTo(Wish.nameless(Protocol.TLS));
        assertThat(read(Hellos.of(Hellos.serverName("a.")))).isEqualTo(new Wish(Protocol.TLS, State.NAMED, "a"));
    }

    @Test
    void shouldRefuseHellosThatAreNone() {
        byte[] twice = ByteBuffer.allocate(20).put(Hellos.serverName("a")).put(Hellos.serverName("b")).array();
        byte[] tooLong = Hellos.serverName("a");
        tooLong[3]++;
        for (byte[] extensions : new byte[][] {twice, tooLong, Hellos.serverName(""), Hellos.serverName("a b"),
            Hellos.serverName("b\u00fccher.example"), {0}, {0, 0, 0, 0}, {0, 0, 0, 2, 0, 0}}) {
            assertThat(read(Hellos.of(extensions))).as(Arrays.toString(extensions)).isEqualTo(Wish.broken(Protocol.TLS));
        }
        for (byte[] bytes : new byte[][] {{22, 2}, {22, 3, 1, 0, 0}, {22, 3, 1, 0x40, 1}, {22, 3, 1, 0, 1, 2},
            {22, 3, 1, 0, 4, 1, 0, 0x40, 1}, {22, 3, 1, 0, 1, 1, 21}}) {
            assertThat(read(bytes)).as(Arrays.toString(bytes)).isEqualTo(Wish.broken(Protocol.TLS));
        }
    }

    @Test
    void shouldRefuseWhatIsLongerThanItsBound() {
        byte[] head = Arrays.copyOf("GET / HTTP/1.1\r\nA: ".getBytes(StandardCharsets.US_ASCII), Wish.MAX_BYTES);
        Arrays.fill(head, 19, head.length, (byte) 'a');
        assertThat(read(Arrays.copyOf(head, Wish.MAX_BYTES - 1)).state()).isEqualTo(State.UNDECIDED);
        assertThat(read(head)).isEqualTo(Wish.broken(Protocol.HTTP));
        byte[] hello = Hellos.records(new byte[] {1, 0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1);
        byte[] crumbs = new byte[Wish.MAX_BYTES];
        for (int i = 0; i < crumbs.length; i++) {
            crumbs[i] = hello[i < hello.length ? i : hello.length - 6 + i % 6];
        }
        assertThat(read(Arrays.copyOf(crumbs, Wish.MAX_BYTES - 1)).state()).isEqualTo(State.UNDECIDED);
        assertThat(read(crumbs)).isEqualTo(Wish.broken(Protocol.TLS));
    }

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1~Host: www.example.org~~, www.example.org",
        "GET / HTTP/1.1;host:WWW.Example.ORG.;;, www.example.org",
        "GET / HTTP/1.0~Accept: */*~HOST: \t www.example.org:8080 \t~X:~~, www.example.org",
        "~~POST /a?b=http://c/ HTTP/1.1~Host: a:~~, a",
        "GET http://www.example.org:80/x HTTP/1.1~Host: other~~, www.example.org",
        "GET HTTPS://www.example.org HTTP/1.1~~, www.example.org",
        "CONNECT www.example.org:443 HTTP/1.1~Host: other~~, www.example.org",
        "OPTIONS * HTTP/1.1~Host: 10.0.0.1~~, 10.0.0.1",
    })
    void shouldReadHostOfRequests(String text, String host) {
        byte[] bytes = text.replace("~", "\r\n").replace(";", "\n").getBytes(StandardCharsets.US_ASCII);
        requireOnlyAtItsEnd(bytes, new Wish(Protocol.HTTP, State.NAMED, host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.0~~", "GET / HTTP/1.1~Host:~~", "GET / HTTP/1.1~Host: [::1]:80~~",
        "GET / HTTP/1.1~Hostess: a~~"})
    void shouldSeeThatARequestNamesNobody(String text) {
        assertThat(http(text)).isEqualTo(Wish.nameless(Protocol.HTTP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1~Host: a~Host: a~~", "GET / HTTP/1.1~Host: a~ b~~", "GET / HTTP/1.1~Host : a~~",
        "GET / HTTP/1.1~Host: a b~~", "GET / HTTP/1.1~Host: a@b~~", "GET / HTTP/1.1~Host: a:b~~", "GET / HTTP/1.1~Host: .a~~",
        "GET / HTTP/1.1~Host: a\0~~", "GET / HTTP/1.1~Host~~", "GET / HTTP/1.1~Host: a\rX: b~~", "GET / HTTP/1.1~: a~~",
        "PRI * HTTP/2.0~~", "GET http://a@b/ HTTP/1.1~~"})
    void shouldRefuseRequestsThatAreNone(String text) {
        assertThat(http(text)).isEqualTo(Wish.broken(Protocol.HTTP));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2~", "GET /~", "\0", "GET\0", "(", "GET / HTTP/1.1 ~", "GET  / HTTP/1.1~",
        "~~~~~GET / HTTP/1.1~Host: a~~"})
    void shouldSeeThatItIsAnotherProtocol(String text) {
        assertThat(http(text)).isEqualTo(Wish.nameless(Protocol.OTHER));
    }

    @Test
    void shouldWaitForTheFirstByte() {
        assertThat(read(new byte[0])).isEqualTo(Wish.undecided(Protocol.OTHER));
    }
}
