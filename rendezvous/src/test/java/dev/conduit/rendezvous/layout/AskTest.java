package dev.conduit.rendezvous.layout;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.rendezvous.layout.Answer.Verdict;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What guests ask the steward, and what it answers, as text. */
class AskTest {

    @Test
    void shouldReadWhatItWrites() {
        for (Ask ask : List.of(Ask.forName("web"), new Ask("web", "k3v9x0aa", ""), new Ask("web", "c1", "browser"))) {
            assertThat(parse(ask.toString())).isEqualTo(ask);
        }
        assertThat(parse("name web").isForName()).isTrue();
        assertThat(parse("connect web c1").isForName()).isFalse();
    }

    @Test
    void shouldNameWhatIsWrongWithAnAsk() {
        assertThatThrownBy(() -> parse("give web")).isInstanceOf(IllegalArgumentException.class).hasMessage(
                "ask 'give web' is neither 'name <name>' nor 'connect <name> <connection> [<name>]'");
        assertThatThrownBy(() -> parse("name flows")).hasMessageContaining("'flows' is reserved");
        assertThatThrownBy(() -> parse("connect a/b c1")).hasMessageContaining("at position 1");
        assertThatThrownBy(() -> parse("x".repeat(201))).hasMessage("ask of 201 bytes is longer than 200");
    }

    @Test
    void shouldReadAnswersAndNothingElse() {
        for (Verdict verdict : Verdict.values()) {
            Answer answer = new Answer(verdict, "3 or why");
            assertThat(Answer.parse(answer.toString().getBytes(ISO_8859_1))).contains(answer);
        }
        for (String none : List.of("", "done", "Done 3", "name web", "connect web c1")) {
            assertThat(Answer.parse(none.getBytes(ISO_8859_1))).as(none).isEmpty();
        }
        assertThat(new Answer(Verdict.REFUSED, "x".repeat(500)).text()).hasSize(Answer.MAX_TEXT);
    }

    /** Whatever a guest writes is an ask whose names and ids are safe in a path, or an exception of one printable line. */
    @Test
    void shouldReadAnything() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] pieces = {"name", "connect", " ", " ", "web", "c1", "flows", "/", "..", "\0", "\u00e9", "x".repeat(70), "("};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int piece = random.nextInt(9); piece > 0; piece--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                Ask ask = parse(text.toString());
                assertThat(ask.toString()).as("seed %d", seed).isEqualTo(text.toString());
                assertThat(ask.name() + ask.connection() + ask.claimed()).as("seed %d", seed).matches("[\\w-]+");
            } catch (IllegalArgumentException malformed) {
                assertThat(malformed.getMessage()).as("seed %d", seed).matches("[\\x20-\\x7e]{1,300}");
            }
        }
    }

    private static Ask parse(String text) {
        return Ask.parse(text.getBytes(ISO_8859_1));
    }
}
