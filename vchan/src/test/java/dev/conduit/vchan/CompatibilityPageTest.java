package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the tables in docs/vchan.md names tests that exist, in whatever module, and that run. */
class CompatibilityPageTest {

    private static final Path ROOT = Path.of(System.getProperty("conduit.root"));
    private static final Pattern NAME = Pattern.compile("`(?:([A-Z]\\w+Test)(?:\\.(\\w+))?|(should\\w+))`");
    private static final List<String> OTHERS = List.of("Qubes: path", "Qubes: nodes after the connect", "Qubes: client",
            "Mirage: ring choice", "Mirage: read-only ring", "Mirage: second client", "Mirage: waiting client, close",
            "Windows, Zephyr: no transaction", "Windows: lost requests", "Zephyr: live byte",
            "Zephyr: data behind a close");

    static Stream<String> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/vchan.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.endsWith(" | tests |"));
    }

    private static List<String> heads() throws IOException {
        return rows().map(row -> row.split("\\|")[1].trim()).toList();
    }

    @Test
    void shouldHaveEachRule() throws Exception {
        List<String> heads = heads();
        assertThat(heads).doesNotHaveDuplicates().containsAll(OTHERS);
        assertThat(heads.stream().filter(head -> head.matches("[0-9]+")).map(Integer::valueOf))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        assertThat(heads).hasSizeGreaterThan(65);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldNameTestsThatExist(String row) throws Exception {
        Matcher names = NAME.matcher(row.substring(row.lastIndexOf(" | ", row.length() - 3)));
        String test = null;
        int found = 0;
        while (names.find()) {
            if (names.group(1) != null) {
                test = source(names.group(1));
            }
            assertThat(test).as("class of %s", names.group()).isNotNull();
            String method = names.group(3) != null ? names.group(3) : names.group(2);
            if (method != null) {
                assertThat(test).contains("void " + method + "(");
            }
            found++;
        }
        assertThat(found).as("tests in the row").isPositive();
    }

    /** The text of a test class, wherever it is. */
    private static String source(String simpleName) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path folder : modules.map(module -> module.resolve("src/test/java")).toList()) {
                try (Stream<Path> files = Files.exists(folder) ? Files.walk(folder) : Stream.empty()) {
                    List<Path> found = files.filter(file -> file.endsWith(simpleName + ".java")).toList();
                    if (!found.isEmpty()) {
                        String text = Files.readString(found.get(0));
                        assertThat(text).as(simpleName).doesNotContain("@Disabled");
                        return text;
                    }
                }
            }
        }
        throw new AssertionError("no test class " + simpleName);
    }
}
