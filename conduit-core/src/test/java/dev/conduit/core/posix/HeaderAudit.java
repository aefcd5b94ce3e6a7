package dev.conduit.core.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Compares our numbers with the C headers of this machine: compiles and runs a program that prints C expressions. Skips
 * the test, saying why, when there is no C compiler or a header is not installed.
 */
public final class HeaderAudit {

    private static final String MISSING = "header not installed:";

    private final List<String> headers;
    private final Map<String, Long> rows = new LinkedHashMap<>();
    private final Map<String, String> definitions = new LinkedHashMap<>();

    /** An audit against headers, each as it stands between the angle brackets. */
    public HeaderAudit(String... headers) {
        this.headers = List.of(headers);
    }

    /** Defines what a header takes for granted. */
    public HeaderAudit define(String name, String meaning) {
        definitions.put(name, meaning);
        return this;
    }

    /** Expects a C expression of an integer type to have a value. */
    public HeaderAudit value(String expression, long expected) {
        rows.put(expression, expected);
        return this;
    }

    /** Expects a member of a structure or union at an offset. */
    public HeaderAudit offset(String type, String member, long expected) {
        return value("offsetof(" + type + ", " + member + ")", expected);
    }

    /** Expects a type to have a size. */
    public HeaderAudit size(String type, long expected) {
        return value("sizeof(" + type + ")", expected);
    }

    /** Expects every public constant of a class to have the value of the C constant of the same name. */
    public HeaderAudit constants(Class<?> holder, Set<String> without) throws IllegalAccessException {
        for (Field field : holder.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && !without.contains(field.getName())) {
                value(field.getName(), ((Number) field.get(null)).longValue());
            }
        }
        return this;
    }

    /** Compiles, runs and compares. */
    public void verify(Path directory) throws IOException, InterruptedException {
        assertThat(rows).isNotEmpty();
        Path source = directory.resolve("audit.c");
        Path program = directory.resolve("audit");
        Files.writeString(source, source());
        String log = run(directory, List.of(compiler(), "-std=gnu11", "-o", program.toString(), source.toString()));
        Optional<String> missing = log.lines().filter(line -> line.contains(MISSING)).findFirst();
        assumeTrue(missing.isEmpty(), () -> missing.orElseThrow());
        assertThat(program).as("the compiler said: %s", log).exists();

        List<String> values = run(directory, List.of(program.toString())).lines().toList();

        List<String> expected = new ArrayList<>();
        rows.forEach((expression, value) -> expected.add(expression + " = " + value));
        assertThat(values).isEqualTo(expected);
    }

    private String source() {
        StringBuilder text = new StringBuilder("#define _GNU_SOURCE\n");
        definitions.forEach((name, meaning) -> text.append("#define ").append(name).append(' ').append(meaning)
                .append('\n'));
        for (String header : headers) {
            text.append("#if !__has_include(<").append(header).append(">)\n#error ").append(MISSING).append(" <")
                    .append(header).append(">\n#endif\n#include <").append(header).append(">\n");
        }
        text.append("#include <stddef.h>\n#include <stdio.h>\nint main(void)\n{\n");
        for (String expression : rows.keySet()) {
            text.append("    printf(\"%s = %lld\\n\", \"").append(expression).append("\", (long long) (")
                    .append(expression).append("));\n");
        }
        return text.append("    return 0;\n}\n").toString();
    }

    private static String compiler() {
        for (String name : List.of("cc", "gcc")) {
            for (String directory : System.getenv("PATH").split(File.pathSeparator)) {
                if (Files.isExecutable(Path.of(directory, name))) {
                    return name;
                }
            }
        }
        assumeTrue(false, "no C compiler (cc or gcc) on the PATH: install gcc to compare with the headers");
        throw new AssertionError("an assumption that is false throws");
    }

    private static String run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, UTF_8);
    }
}
