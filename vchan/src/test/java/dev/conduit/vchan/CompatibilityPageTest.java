package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private static final Map<String, Path> CLASSES = classes();
    private static final List<String> OTHERS = List.of("Qubes: path", "Qubes: nodes after the connect", "Qubes: client",
            "Qubes: own domain", "Mirage: ring choice", "Mirage: read-only ring", "Mirage: second client", "Mirage: waiting client, close",
            "Windows, Zephyr: no transaction", "Windows: lost requests", "Zephyr: live byte",
            "Zephyr: data behind a close", "Zephyr: sleeps without a second look", "vchan-socket-proxy: either end",
            "vchan-socket-proxy: next client");

    static Stream<String> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/vchan.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.endsWith("| tests |"));
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
        assertThat(heads).hasSizeGreaterThan(80);
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
        assertThat(CLASSES).containsKey(simpleName);
        String text = Files.readString(CLASSES.get(simpleName));
        assertThat(text).as(simpleName).doesNotContain("@Disabled");
        return text;
    }

    /** All test classes of all modules by their simple names; those of the testbed are main code. */
    private static Map<String, Path> classes() {
        Map<String, Path> classes = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.toList()) {
                String folder = module.endsWith("testbed") ? "src/main/java" : "src/test/java";
                if (Files.exists(module.resolve(folder))) {
                    try (Stream<Path> files = Files.walk(module.resolve(folder))) {
                        files.filter(file -> file.toString().endsWith("Test.java")).forEach(file ->
                                classes.put(file.getFileName().toString().replace(".java", ""), file));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return classes;
    }
}
