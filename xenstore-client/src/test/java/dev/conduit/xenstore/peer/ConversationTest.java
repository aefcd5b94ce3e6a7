package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the recorded conversation with our server and Debian's daemons. {@code -Dconduit.record=true} writes the
 * answers into the recording, and {@code docs/xenstore-compared.md} from it, instead of comparing them.
 */
class ConversationTest {

    private static final boolean RECORD = Boolean.getBoolean("conduit.record");
    private static final Path ROOT = Path.of(System.getProperty("conduit.root", "."));
    private static final Path FILE = ROOT.resolve(
            "xenstore-client/src/test/resources/dev/conduit/xenstore/peer/conversation.txt");
    private static final Path PAGE = ROOT.resolve("docs/xenstore-compared.md");

    private static final Conversation CONVERSATION = Conversation.load();

    @AfterAll
    static void record() throws IOException {
        if (RECORD) {
            Files.writeString(FILE, CONVERSATION.text());
            Files.writeString(PAGE, ComparedPage.of(CONVERSATION));
        }
    }

    @Test
    void shouldAnswerAsRecorded() {
        hold(Side.OURS, Stage::ours, UnaryOperator.identity());
    }

    @Test
    void shouldAnswerTheSameOverRings() {
        if (!RECORD) {
            hold(Side.OURS, Stage::oursWithRings, UnaryOperator.identity());
        }
    }

    @Test
    void shouldAnswerTheSameToRequestsInPieces() {
        if (RECORD) {
            return;
        }
        long seed = new Random().nextLong();
        try {
            hold(Side.OURS, Stage::ours, link -> new FragmentedLink(link, seed));
        } catch (AssertionError e) {
            throw new AssertionError("with seed " + seed + "L: " + e.getMessage(), e);
        }
    }

    @Test
    void shouldBeAnsweredAsRecordedByTheCDaemon() {
        Peers.require();
        hold(Side.C, () -> Stage.of(Peers.Daemon.C), UnaryOperator.identity());
    }

    @Test
    void shouldBeAnsweredAsRecordedByTheOCamlDaemon() {
        Peers.require();
        hold(Side.OCAML, () -> Stage.of(Peers.Daemon.OCAML), UnaryOperator.identity());
    }

    private static void hold(Side side, Supplier<Stage> stage, UnaryOperator<Link> way) {
        List<String> different = new ArrayList<>();
        for (Conversation.Section section : CONVERSATION.sections()) {
            try (Player player = new Player(stage.get(), way)) {
                player.prepare(section.guests());
                for (Step step : section.steps()) {
                    if (step.skipped() == side) {
                        break;
                    }
                    String recorded = step.answers().get(side);
                    String answer;
                    try {
                        answer = player.play(step);
                    } catch (AssertionError | RuntimeException e) {
                        throw new AssertionError(section + ": " + step.line() + ": " + e.getMessage(), e);
                    }
                    if (RECORD) {
                        step.answers().put(side, answer);
                    } else if (!answer.equals(recorded)) {
                        different.add("%s: %s%n  recorded: %s%n  answered: %s".formatted(section, step.line(), recorded,
                                answer));
                    }
                }
            }
        }
        assertThat(different).as("answers that are not as recorded").isEmpty();
    }

    @Test
    void shouldSayWhyOursIsNotTheCDaemonsAnswer() {
        List<String> unexplained = new ArrayList<>();
        TreeSet<String> used = new TreeSet<>();
        for (Conversation.Section section : CONVERSATION.sections()) {
            for (Step step : section.steps()) {
                if (step.why() != null) {
                    used.add(step.why());
                }
                if (step.differs(Side.OURS, Side.C) != (step.why() != null)) {
                    unexplained.add(section + ": " + step.line());
                }
            }
        }

        assertThat(unexplained).as("a reason exactly where ours differs from C").isEmpty();
        assertThat(CONVERSATION.reasons().keySet()).containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void shouldHaveThePageOfTheRecording() {
        if (!RECORD) {
            assertThat(PAGE).hasContent(ComparedPage.of(CONVERSATION));
        }
    }

    @Test
    void shouldKeepTheFormatOfTheRecording() throws IOException {
        if (!RECORD) {
            assertThat(CONVERSATION.text()).isEqualTo(Files.readString(FILE));
        }
    }
}
