package dev.conduit.rendezvous.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys, from texts and from what the name servers' own tools write. */
class TsigKeyTest {

    private static final String SECRET = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/usr/sbin/tsig-keygen | bind9 | -a hmac-sha512 conduit.lab | conduit.lab (hmac-sha512)",
        "/usr/sbin/keymgr | knot | -t conduit hmac-sha256 | conduit (hmac-sha256)"})
    void shouldReadWhatToolsWrite(String tool, String debianPackage, String arguments, String key) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(tool)), () -> tool + " is missing: apt-get install " + debianPackage);
        Path file = folder.resolve("key");
        Process process = new ProcessBuilder((tool + " " + arguments).split(" ")).redirectOutput(file.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(TsigKey.read(file)).hasToString(key);
    }

    @Test
    void shouldReadOneLine() throws IOException {
        assertThat(TsigKey.parse("hmac-sha512:conduit:" + SECRET)).hasToString("conduit (hmac-sha512)");
        assertThat(TsigKey.parse("conduit:" + SECRET)).hasToString("conduit (hmac-sha256)");
        assertThatThrownBy(() -> TsigKey.parse(SECRET)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a TSIG key is 'algorithm:name:secret' or 'name:secret'");
        Path file = Files.writeString(folder.resolve("key"), "hmac-sha256:conduit:" + SECRET + "\n");
        assertThat(TsigKey.read(file)).hasToString("conduit (hmac-sha256)");
        Path commented = Files.writeString(folder.resolve("commented"),
                "// for the lab\nkey conduit {\n  secret \"" + SECRET + "\";\n  algorithm HMAC-SHA1;\n};\n");
        assertThat(TsigKey.read(commented)).hasToString("conduit (hmac-sha1)");
    }

    @Test
    void shouldSayWhatIsWrongWithoutTheSecret() throws IOException {
        assertThatThrownBy(() -> TsigKey.of("conduit", "hmac-md5", SECRET)).hasMessageStartingWith(
                "TSIG key 'conduit': algorithm 'hmac-md5' is not one of hmac-sha1").hasMessageNotContaining(SECRET);
        assertThatThrownBy(() -> TsigKey.of("conduit", "hmac-sha256", "not base64!"))
                .hasMessage("TSIG key 'conduit': the secret is not Base64");
        assertThatThrownBy(() -> TsigKey.of("conduit", "hmac-sha256", ""))
                .hasMessage("TSIG key 'conduit': the secret is empty");
        assertThatThrownBy(() -> TsigKey.of("a..b", "hmac-sha256", SECRET))
                .hasMessageStartingWith("TSIG key 'a..b': that is no name");
        Path file = Files.writeString(folder.resolve("key"), "key \"conduit\" { algorithm hmac-sha256; };");
        assertThatThrownBy(() -> TsigKey.read(file)).isInstanceOf(IOException.class)
                .hasMessage("key file " + file + ": the key has no 'secret'");
        Path other = Files.writeString(folder.resolve("other"), SECRET);
        assertThatThrownBy(() -> TsigKey.read(other)).isInstanceOf(IOException.class).hasMessage("key file " + other
                + ": it is neither 'key \"name\" { algorithm ...; secret ...; };' nor 'algorithm:name:secret'");
        Path large = Files.writeString(folder.resolve("large"), "#".repeat(5000));
        assertThatThrownBy(() -> TsigKey.read(large)).hasMessage("key file " + large + " has more than 4096 bytes");
    }

    @Test
    void shouldTakeAnyFile() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String[] pieces = {"key", " ", "\"", "{", "}", ";", "algorithm", "secret", "hmac-sha256", ":", "\n", "#", "//",
            SECRET, "conduit", "\u00ff"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(25); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                assertThat(TsigKey.parseFile(text.toString()).tsig()).as("seed %d: %s", seed, text).isNotNull();
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("seed %d: %s", seed, text).isNotBlank();
            }
        }
    }
}
