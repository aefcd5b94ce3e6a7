package dev.conduit.rendezvous.resolver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** TXT records, which anybody who may write the zone wrote. */
class ServiceTxtTest {

    @Test
    void shouldReadWhatItWrites() {
        ServiceTxt www = new ServiceTxt("h1", Optional.of("http_server"));
        assertThat(www.strings()).containsExactly("conduit=http_server", "host=h1");
        assertThat(parse("conduit=http_server", "host=h1")).contains(www);
        ServiceTxt plain = new ServiceTxt("h1", Optional.empty());
        assertThat(parse(plain.strings().toArray(String[]::new))).contains(plain);
    }

    @Test
    void shouldReadWhatPeopleWrite() {
        ServiceTxt www = new ServiceTxt("h1", Optional.of("www"));
        assertThat(parse("conduit=www host=h1")).contains(www);
        assertThat(parse("HOST=H1", "color=red", "Conduit=www", "conduit=other", "")).contains(www);
    }

    @Test
    void shouldPassOverWhatCannotBe() {
        assertThat(parse()).isEmpty();
        assertThat(parse("v=spf1 -all")).isEmpty();
        assertThat(parse("conduit=www")).isEmpty();
        assertThat(parse("host=")).isEmpty();
        assertThat(parse("host=-h1")).isEmpty();
        assertThat(parse("host=h1.lab")).isEmpty();
        assertThat(parse("host=h1", "conduit=../etc")).isEmpty();
        assertThat(parse("host=h1", "conduit=flows")).isEmpty();
        assertThat(parse("host=h1", "conduit=" + "a".repeat(64))).isEmpty();
    }

    @Test
    void shouldTakeAnyBytes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            List<byte[]> strings = new ArrayList<>();
            for (int n = random.nextInt(4); n > 0; n--) {
                byte[] bytes = new byte[random.nextInt(20)];
                random.nextBytes(bytes);
                byte[] key = new String[] {"host=", "conduit=", "", " "}[random.nextInt(4)].getBytes(ISO_8859_1);
                System.arraycopy(key, 0, bytes, 0, Math.min(key.length, bytes.length));
                for (int at = key.length; at < bytes.length && random.nextBoolean(); at++) {
                    bytes[at] = (byte) "ab-_ =0Z".charAt(random.nextInt(8));
                }
                strings.add(bytes);
            }
            Optional<ServiceTxt> parsed = ServiceTxt.parse(strings);
            parsed.ifPresent(txt -> assertThat(parse(txt.strings().toArray(String[]::new)))
                    .as("seed %d", seed).contains(txt));
        }
    }

    private static Optional<ServiceTxt> parse(String... strings) {
        return ServiceTxt.parse(Stream.of(strings).map(string -> string.getBytes(ISO_8859_1)).toList());
    }
}
