package dev.conduit.rendezvous.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What URIs and names mean. */
class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "conduit://www, www, 0, CONDUIT",
        "conduit://http_server/, http_server, 0, CONDUIT",
        "conduit://www.xen, www.xen, 0, CONDUIT",
        "tcp://10.9.0.10:80, 10.9.0.10, 80, TCP",
        "TLS://www.lab.test:443, www.lab.test, 443, TLS",
        "tcp://[fd09::10]:80, fd09::10, 80, TCP",
        "http://www.lab.test/index.html?a=b:c, www.lab.test, 80, ANY",
        "http://www.lab.test:8080, www.lab.test, 8080, ANY",
        "https://www.lab.test, www.lab.test, 443, TLS",
        "//www.lab.test:80, www.lab.test, 80, ANY",
        "www, www, 0, ANY",
        "www.lab.test., www.lab.test., 0, ANY",
        "www:80, www, 80, ANY",
        "10.9.0.10:80, 10.9.0.10, 80, ANY",
        "[::1]:80, ::1, 80, ANY"})
    void shouldReadForms(String text, String host, int port, Transport transport) {
        assertThat(Target.parse(text)).isEqualTo(new Target(host, port, transport));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ftp://www | its scheme is not one of conduit, unix, tcp, tls, http, https",
        "conduit://www:80 | a conduit has no port, and 80 was given",
        "conduit://www/page | a path means nothing here: '/page'",
        "tcp://www | a port is missing",
        "tcp://www:0 | port '0' is not 1 to 65535",
        "tcp://www:65536 | port 65536 is not 1 to 65535",
        "tcp://www:http | port 'http' is not 1 to 65535",
        "conduit:// | host '' has 0 characters, not 1 to 253",
        "www..test | host 'www..test' has the part '', which is not 1 to 63 characters of A-Z a-z 0-9 - _",
        "http://me@www | host 'me@www' has the part 'me@www', which is not 1 to 63 characters of A-Z a-z 0-9 - _",
        "tcp://[::g]:80 | host '::g' is no IPv6 address",
        "tcp://[www]:80 | '[www]' is no IPv6 address"})
    void shouldSayWhatIsWrong(String text, String reason) {
        assertThatThrownBy(() -> Target.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot connect to '" + text + "': " + reason);
    }

    @Test
    void shouldTakeUrisThatJavaReadsDifferently() {
        assertThat(Target.of(URI.create("www:80"))).isEqualTo(new Target("www", 80, Transport.ANY));
        assertThat(Target.of(URI.create("conduit://http_server")).host()).isEqualTo("http_server");
    }

    @Test
    void shouldRoundTrip() {
        for (String text : new String[] {"conduit://www", "tcp://[fd09::10]:80", "tls://www.lab.test:443", "www:80"}) {
            assertThat(Target.parse(text)).hasToString(text);
            assertThat(Target.parse(Target.parse(text).toString())).isEqualTo(Target.parse(text));
        }
    }

    @Test
    void shouldAnswerAnyTextWithTargetOrOneLine() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] pieces = {"conduit", "tcp", "http", "://", "//", ":", "/", "?", "[", "]", "::1", ".", "www", "80",
            "99999", "@", "%", "\n", "\0", "\u00e9", " ", "#", "-", "_", "xen", "a".repeat(64)};
        for (int i = 0; i < 30_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(9); n >= 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Target target = Target.parse(text.toString());
                assertThat(Target.parse(target.toString())).as("seed %d: %s", seed, text).isEqualTo(target);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("seed %d: %s", seed, text)
                        .doesNotContain("\n").hasSizeLessThan(500);
            } catch (RuntimeException wrong) {
                fail("seed " + seed + ": " + text, wrong);
            }
        }
    }
}
