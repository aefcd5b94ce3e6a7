package dev.conduit.synjitsu.layer8;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.synjitsu.layer8.Wish.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HostsTest {

    private static final Map<String, String> PATTERNS = Map.of("www.example.org", "www", "*.example.org", "shop",
            "*.Deep.example.org.", "deep");

    private static Wish wish(String host) {
        return Wish.named(Protocol.TLS, host);
    }

    @Test
    void shouldChooseByTheLongestPatternThatFits() {
        Hosts<String> hosts = Hosts.named(PATTERNS, Optional.empty());
        assertThat(hosts.isNamed()).isTrue();
        assertThat(hosts.choose(wish("www.example.org"))).contains("www");
        assertThat(hosts.choose(wish("a.example.org"))).contains("shop");
        assertThat(hosts.choose(wish("www.www.example.org"))).contains("shop");
        assertThat(hosts.choose(wish("a.b.deep.example.org"))).contains("deep");
        assertThat(hosts.choose(wish("deep.example.org"))).contains("shop");
        assertThat(hosts.choose(wish("example.org"))).isEmpty();
        assertThat(hosts.choose(wish("notexample.org"))).isEmpty();
        assertThat(hosts.choose(Wish.nameless(Protocol.HTTP))).isEmpty();
    }

    @Test
    void shouldGiveAllOthersToOne() {
        Hosts<String> hosts = Hosts.named(PATTERNS, Optional.of("other"));
        assertThat(hosts.choose(wish("example.org"))).contains("other");
        assertThat(hosts.choose(Wish.nameless(Protocol.OTHER))).contains("other");
        assertThat(hosts.choose(Wish.broken(Protocol.HTTP))).isEmpty();
        assertThat(hosts.choose(Wish.undecided(Protocol.TLS))).isEmpty();
        assertThat(Hosts.only("one").isNamed()).isFalse();
        assertThat(Hosts.only("one").other()).contains("one");
    }

    @Test
    void shouldRefusePatternsThatAreNone() {
        for (String wrong : new String[] {"", "*", "*.", "a.*.b", "a b", "*a.b", "a..b"}) {
            assertThatThrownBy(() -> Hosts.named(Map.of(wrong, 1), Optional.empty()))
                    .hasMessage("host '" + wrong + "' is no name such as www.example.org or *.example.org");
        }
    }

    private static String refusal(Wish wish) {
        ByteBuffer bytes = Refusal.of(wish);
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }

    @Test
    void shouldTellClientsInTheirProtocol() {
        assertThat(refusal(wish("a"))).isEqualTo("\u0015\3\3\0\2\2p");
        assertThat(refusal(Wish.nameless(Protocol.TLS))).isEqualTo("\u0015\3\3\0\2\2p");
        assertThat(refusal(Wish.broken(Protocol.TLS))).isEqualTo("\u0015\3\3\0\2\0022");
        assertThat(refusal(Wish.undecided(Protocol.TLS))).isEmpty();
        assertThat(refusal(Wish.nameless(Protocol.OTHER))).isEmpty();
        assertThat(refusal(Wish.named(Protocol.HTTP, "a"))).isEqualTo("HTTP/1.1 421 Misdirected Request\r\n"
                + "Connection: close\r\nContent-Type: text/plain\r\nContent-Length: 26\r\n\r\nthere is no host 'a' here\n");
        assertThat(refusal(Wish.nameless(Protocol.HTTP))).startsWith("HTTP/1.1 421 ").endsWith("names no host\n");
        assertThat(refusal(Wish.broken(Protocol.HTTP))).startsWith("HTTP/1.1 400 ");
        assertThat(refusal(Wish.undecided(Protocol.HTTP))).startsWith("HTTP/1.1 408 ");
    }
}
