package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.peer.Peers.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What only C xenstored and ours do: directories in parts (the tools fail on oxenstored's oversized replies), and
 * the commands of xenstore-control, of which oxenstored knows none and says OK to all.
 */
abstract class CDialectContract extends ProgramsContract {

    private static final Result DONE = new Result(0, "OK\n", "");

    private Result control(String... arguments) {
        List<String> command = new ArrayList<>(List.of("xenstore-control"));
        command.addAll(List.of(arguments));
        return tool(command.toArray(String[]::new));
    }

    @Test
    void shouldListMoreChildrenThanFitIntoOneMessage() {
        List<String> names = IntStream.range(0, 400).mapToObj("child-with-a-long-name-%03d"::formatted).toList();
        List<String> command = new ArrayList<>(List.of("xenstore-write"));
        names.forEach(name -> command.addAll(List.of("/tools/many/" + name, "")));
        run(command.toArray(String[]::new));

        assertThat(output("xenstore-list", "/tools/many").lines().sorted()).isEqualTo(names);
    }

    @Test
    void shouldObeyXenstoreControl() {
        assertThat(control("check")).isEqualTo(DONE);
        assertThat(control("print", "hello")).isEqualTo(DONE);
        assertThat(control("log", "on")).isEqualTo(DONE);
        assertThat(control("log", "off")).isEqualTo(DONE);
    }

    @Test
    void shouldShowAndSetQuotasForXenstoreControl() {
        assertThat(control("quota").out()).contains("nodes").contains("Nodes per domain");
        assertThat(control("quota", "set", "nodes", "777")).isEqualTo(DONE);
        assertThat(control("quota").out()).containsPattern("nodes +: +777 ");
        assertThat(control("quota-soft").out()).contains("memory");
        assertThat(control("quota", "0").out()).contains("Domain 0:");
    }

    @Test
    void shouldWriteAMemoryReportForXenstoreControl(@TempDir Path directory) {
        Path report = directory.resolve("report");

        assertThat(control("memreport", report.toString())).isEqualTo(DONE);

        assertThat(report).isNotEmptyFile();
    }

    @Test
    void shouldHaveXenstoreControlSayWhichCommandsThereAre() {
        Result refused = control("nonsense");

        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.err()).startsWith("Command not supported. Valid commands are:\n")
                .contains("check", "log", "logfile", "memreport", "print", "quota", "quota-soft", "help");
    }
}
