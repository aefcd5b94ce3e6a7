package dev.conduit.rendezvous.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowRecordTest {

    @Test
    void shouldPrintStateAndFieldsInOrder() {
        FlowRecord record = new FlowRecord(FlowState.CONNECTING)
                .with(FlowRecord.SERVER, "http_server").with(FlowRecord.CLIENT, "http_client");
        assertThat(record).hasToString("(connecting (server http_server) (client http_client))");
        assertThat(new FlowRecord(FlowState.CLOSED)).hasToString("(closed)");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "(connecting (server a))", "(established (server a) (client b) (connection c))",
        "(refused (reason backlog-full))", "(closed (by client))", "(closed)"})
    void shouldReadWhatItPrints(String text) {
        assertThat(parse(text)).hasToString(text);
    }

    @Test
    void shouldReadWithFreeSpacing() {
        assertThat(parse("  (refused( reason   x )(by server)) ")).hasToString("(refused (reason x) (by server))");
    }

    @Test
    void shouldGiveEmptyTextForMissingField() {
        assertThat(parse("(closed)").field(FlowRecord.BY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "(", ")", "closed", "()", "(closed", "(closed))", "(closed) x", "(Closed)", "(open)", "(closed (by))",
        "(closed (by a b))", "(closed by client)", "(closed (by (client)))", "(closed (by \"client\"))",
        "(closed (by client) (by server))", "(closed\n)", "(closed\0)", "(closed (b\u00fc x))", "((closed))"})
    void shouldRejectWhatIsNoRecord(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(text))
                .satisfies(error -> assertThat(error.getMessage()).contains("flow").doesNotContain("\n", "\0"));
    }

    @Test
    void shouldNameWhatIsMissing() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse("(closed (by client)"))
                .withMessage("flow record '(closed (by client)' has no ')' at position 19");
        assertThatIllegalArgumentException().isThrownBy(() -> parse("(opened)"))
                .withMessage("flow state 'opened' is not one of connecting, established, refused, closed");
    }

    @Test
    void shouldHoldItsBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse("(closed" + " ".repeat(1024) + ")"))
                .withMessage("flow record of 1032 bytes is longer than 1024");
        StringBuilder many = new StringBuilder("(closed");
        for (int i = 0; i < 17; i++) {
            many.append("(k").append(i).append(" v)");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> parse(many + ")"))
                .withMessage("flow record has more than 16 fields");
        String atom = "a".repeat(65);
        assertThatIllegalArgumentException().isThrownBy(() -> parse("(closed (by " + atom + "))"))
                .withMessage("'" + atom + "' in a flow record is not 1 to 64 characters of A-Z a-z 0-9 - _ . / : @ +");
    }

    @Test
    void shouldRefuseToMakeRecordThatCannotBeRead() {
        FlowRecord record = new FlowRecord(FlowState.REFUSED);
        assertThatIllegalArgumentException().isThrownBy(() -> record.with(FlowRecord.REASON, "two words"));
        assertThatIllegalArgumentException().isThrownBy(() -> record.with(FlowRecord.REASON, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> record.with("a)", "b"));
    }

    @Test
    void shouldReadEveryRecordItCanMake() {
        long seed = 20260101;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 2_000; round++) {
            Map<String, String> fields = new LinkedHashMap<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                fields.put(atom(random), atom(random));
            }
            FlowRecord record = new FlowRecord(FlowState.values()[random.nextInt(4)], fields);
            assertThat(parse(record.toString())).as("seed %d round %d", seed, round).isEqualTo(record);
        }
    }

    @Test
    void shouldReadOrRejectAnyBytes() {
        long seed = 20260102;
        SplittableRandom random = new SplittableRandom(seed);
        byte[] good = "(established (server http_server) (client c) (connection 0a1b2c3d))"
                .getBytes(StandardCharsets.US_ASCII);
        int rejected = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                FlowRecord record = FlowRecord.parse(bytes);
                assertThat(parse(record.toString())).as("seed %d round %d", seed, round).isEqualTo(record);
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).as("seed %d round %d", seed, round).matches("[ -~]+");
                rejected++;
            }
        }
        assertThat(rejected).isBetween(1_000, 19_999);
    }

    private static String atom(SplittableRandom random) {
        String alphabet = "abcXYZ019-_./:@+";
        StringBuilder atom = new StringBuilder();
        for (int i = random.nextInt(1, 65); i > 0; i--) {
            atom.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return atom.toString();
    }

    private static FlowRecord parse(String text) {
        return FlowRecord.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
