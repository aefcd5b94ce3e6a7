package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the checklist in docs/xenstore.md names tests that exist. */
class SecurityChecklistTest {

    private static final Path PAGE = Path.of("..", "docs", "xenstore.md");
    private static final String HERE = "dev.conduit.xenstore.";
    private static final List<String> PACKAGES = List.of("server.", "server.store.", "client.");
    private static final Pattern NAME = Pattern.compile("`(?:([A-Z]\\w+)(?:\\.(\\w+))?|(should\\w+))`");

    static Stream<String> rows() throws IOException {
        return Files.readAllLines(PAGE).stream().filter(line -> line.matches("\\| [0-9, ]+ \\|.*`.*Test.*"));
    }

    @Test
    void shouldHaveEachAdvisory() throws IOException {
        assertThat(rows().flatMap(row -> Arrays.stream(row.split("\\|")[1].trim().split(", "))).map(Integer::valueOf))
                .containsExactlyInAnyOrder(38, 72, 115, 206, 233, 272, 322, 323, 324, 325, 326, 330, 352, 353, 354, 414,
                        415, 416, 417, 418, 419, 420, 421, 425, 481, 483, 484);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldNameTestsThatExist(String row) throws Exception {
        Matcher names = NAME.matcher(row.substring(row.lastIndexOf(" | ")));
        Class<?> test = null;
        int found = 0;
        while (names.find()) {
            if (names.group(1) != null) {
                test = find(names.group(1));
            }
            String method = names.group(3) != null ? names.group(3) : names.group(2);
            if (method != null) {
                assertThat(test).as("class of %s", method).isNotNull();
                assertThat(Arrays.stream(test.getDeclaredMethods()).map(Method::getName)).contains(method);
            }
            found++;
        }
        assertThat(found).as("tests in the row").isPositive();
    }

    private static Class<?> find(String simpleName) {
        for (String place : PACKAGES) {
            try {
                return Class.forName(HERE + place + simpleName);
            } catch (ClassNotFoundException e) {
                continue;
            }
        }
        throw new AssertionError("no test class " + simpleName);
    }
}
