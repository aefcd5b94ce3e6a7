package dev.conduit.cli.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.Permission;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines as the tools print them; the numbers were taken from theirs. */
final class LineLayoutTest {

    private static final LineLayout FILE = new LineLayout(OptionalInt.empty(), false);

    private static String line(LineLayout layout, String name, String value, boolean permissions) {
        return layout.line(layout.label("/x/" + name, name, 0), value.getBytes(StandardCharsets.ISO_8859_1), permissions);
    }

    @Test
    void shouldIndentByDepth() {
        assertThat(FILE.label("/a/b/c", "c", 2)).isEqualTo("  c");
    }

    @Test
    void shouldCutValueThatDoesNotFit() {
        assertThat(line(FILE, "k69", "x".repeat(69), false)).isEqualTo("k69 = \"" + "x".repeat(69) + "\"");
        assertThat(line(FILE, "k70", "x".repeat(70), false)).isEqualTo("k70 = \"" + "x".repeat(69) + "\\...\"");
    }

    @Test
    void shouldCutName() {
        assertThat(line(FILE, "N".repeat(90), "v", false)).isEqualTo("N".repeat(72) + " = \"\\...\"");
    }

    @Test
    void shouldLeadToPermissionsWithDots() {
        assertThat(line(FILE, "d", "", true)).isEqualTo("d = \"\" " + ". ".repeat(26) + ".");
        assertThat(line(FILE, "ab", "", true)).isEqualTo("ab = \"\"  " + ". ".repeat(25) + ".");
        assertThat(line(FILE, "k60", "x".repeat(60), true)).isEqualTo("k60 = \"" + "x".repeat(60) + "\" ");
        assertThat(LineLayout.permissions(List.of(Permission.parse("n0"), Permission.parse("r7")))).isEqualTo("  (n0,r7)");
    }

    @ParameterizedTest
    @CsvSource({"60,'long = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\\...\"'", "10,' = \"\\...\"'"})
    void shouldFitTerminal(int columns, String expected) {
        assertThat(line(new LineLayout(OptionalInt.of(columns), false), "long", "x".repeat(200), false))
                .isEqualTo(expected);
    }

    @Test
    void shouldNotCutOnTerminalOfUnknownWidth() {
        LineLayout layout = new LineLayout(OptionalInt.of(0), false);
        assertThat(line(layout, "long", "x".repeat(200), false)).isEqualTo("long = \"" + "x".repeat(200) + "\"");
    }

    @Test
    void shouldShowWholePathsWithoutDots() {
        LineLayout layout = new LineLayout(OptionalInt.empty(), true);
        assertThat(line(layout, "k", "x".repeat(200), true)).isEqualTo("/x/k = \"" + "x".repeat(200) + "\" ");
        LineLayout terminal = new LineLayout(OptionalInt.of(60), true);
        assertThat(line(terminal, "k", "x".repeat(200), true)).isEqualTo("/x/k = \"" + "x".repeat(50) + "\\...\"");
        assertThat(line(terminal, "k", "x", true)).isEqualTo("/x/k = \"x\" ");
    }
}
