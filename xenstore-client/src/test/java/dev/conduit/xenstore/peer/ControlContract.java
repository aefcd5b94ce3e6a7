package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.peer.Peers.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** xenstore-control, whose commands only C xenstored and ours have; oxenstored answers OK to whatever it does not know. */
abstract class ControlContract extends ProgramsContract {

    private static final Result DONE = new Result(0, "OK\n", "");

    private Result control(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "xenstore-control";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return Peers.tool(socket(), command);
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
