package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Usage, exit codes and error lines. */
final class CommandLineTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"doctor", "demo", "host", "init", "run", "listen", "connect", "jitsud", "front", "services", "timeline",
        "names", "flows", "vchan", "bench", "xenstored", "xenstore"})
    void shouldExplainEachCommand(String command) throws Exception {
        Command.Result result = Command.run(command, "--help");
        assertThat(result.exit()).isZero();
        assertThat(result.text()).contains("Usage: conduit " + command);
        assertThat(result.error()).isEmpty();
    }

    /** Each with what its own help begins with; those that are for the demo alone are not. */
    @Test
    void shouldListTheCommands() throws Exception {
        assertThat(Command.run("--help").text()).containsPattern("\n  flows +List the connections by name of this host")
                .containsPattern("\n  xenstore +Look at XenStore").doesNotContain("demo-guest", "demo-www");
    }

    @Test
    void shouldPrintVersion() throws Exception {
        Command.Result result = Command.run("--version");
        assertThat(result.exit()).isZero();
        assertThat(result.text()).matches("conduit \\d+\\.\\d+\\.\\d+\\S* on Java \\S+\\R");
    }

    @Test
    void shouldRejectUnknownCommandWithOneLine() throws Exception {
        Command.Result result = Command.run("conect", "store");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.error().lines().findFirst()).hasValueSatisfying(line ->
                assertThat(line).startsWith("conduit: ").contains("conect"));
    }

    @Test
    void shouldRejectTimeoutOutOfRange() throws Exception {
        Command.Result result = Command.run("connect", "store", "--timeout", "0");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.error()).contains("--timeout").contains("0 is not between 1 and 86400");
    }

    @Test
    void shouldSayHowToStartMissingHost() throws Exception {
        Command.Result result = Command.run("connect", "store", "--dir", directory.toString());
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error().lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("conduit: ").contains(directory.toString()).contains("conduit host"));
    }

    @Test
    void shouldReportMachineAsJson() throws Exception {
        Command.Result result = Command.run("doctor", "--json", "--dir", directory.toString());
        JsonNode report = JsonMapper.shared().readTree(result.text());
        assertThat(report.get("usable").isBoolean()).isTrue();
        assertThat(report.get("findings").findValuesAsString("thing"))
                .contains("native access", "platform local", "local host", "xen device gntdev");
    }
}
