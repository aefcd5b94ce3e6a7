package dev.conduit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The benchmark as a command; what it measures is tested where it is made. */
final class BenchCommandTest {

    @TempDir
    private Path directory;

    @Test
    void shouldPrintAndSaveXenStoreFigures() throws Exception {
        Path json = directory.resolve("figures.json");
        Command.Result result = Command.run("bench", "xenstore", "--quick", "--json", json.toString());
        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(result.text()).contains("without load", "20 idle connections", "10 device set-ups in parallel");
        JsonNode figures = JsonMapper.shared().readTree(json).get("figures");
        assertThat(figures.findValuesAsString("server")).hasSizeGreaterThan(30).containsOnly("conduit");
    }

    @Test
    void shouldPrintSaveAndDrawVchanFigures() throws Exception {
        Path json = directory.resolve("figures.json");
        Path chart = directory.resolve("chart.svg");
        Command.Result result =
                Command.run("bench", "vchan", "--quick", "--json", json.toString(), "--chart", chart.toString());
        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(result.text()).contains("million messages/s", "round trip, spinning", "targets");
        assertThat(JsonMapper.shared().readTree(json).get("figures").findValuesAsString("measure"))
                .contains("messages/s, 64 B", "round trip, sleeping, p99.9, ns", "one way at 10000/s, max, ns");
        assertThat(chart).content().startsWith("<svg").endsWith("</svg>" + System.lineSeparator());
    }

    @Test
    void shouldRefuseUnknownJava() throws Exception {
        Command.Result result = Command.run("bench", "vchan", "--java", "18");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.error()).contains("--java 18 is not 17, 25 or both");
    }

    @Test
    void shouldPrintAndSaveDnsFigures() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dnsperf")),
                "dnsperf is not here; on Debian: apt-get install dnsperf");
        Path json = directory.resolve("figures.json");
        Command.Result result = Command.run("bench", "dns", "--quick", "--json", json.toString());
        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(result.text()).contains("1000 names", "conduit, zone file", "conduit, live names");
        assertThat(JsonMapper.shared().readTree(json).get("rows").findValuesAsString("server"))
                .containsExactly("conduit, zone file", "conduit, live names");
    }

    @Test
    void shouldPrintAndSaveRendezvousFigures() throws Exception {
        Path json = directory.resolve("figures.json");
        Command.Result result = Command.run("bench", "rendezvous", "--quick", "--json", json.toString());
        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(result.text()).contains("connect to first byte, median", "50 connects of 10 domains at once");
        assertThat(JsonMapper.shared().readTree(json).findValuesAsString("unit")).contains("us", "ms");
    }

    /** Whoever is not root gets the parts that need no network, and the reason why. */
    @Test
    void shouldPrintAndSaveSynjitsuFigures() throws Exception {
        Path json = directory.resolve("figures.json");
        Command.Result result = Command.run("bench", "synjitsu", "--quick", "--json", json.toString());
        assertThat(result.exit()).as(result.error()).isZero();
        assertThat(result.text()).contains("state machine: SYNs answered, by cookies", "hand-over of 100 connections")
                .containsAnyOf("a service that sleeps is left out: ",
                        "first byte after a boot of 350 ms, front that hands over");
        JsonNode report = JsonMapper.shared().readTree(json);
        assertThat(report.get("figures").findValues("median")).hasSizeGreaterThan(10)
                .allMatch(median -> median.asDouble() > 0);
    }

    @Test
    void shouldRefuseRepetitionsOutOfRange() throws Exception {
        Command.Result result = Command.run("bench", "xenstore", "--repetitions", "0");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.error()).contains("repetitions 0 is not between 1 and 99");
    }

    @Test
    void shouldSayThatPeersNeedACheckout() throws Exception {
        Command.Result result = Command.run("bench", "xenstore", "--quick", "--peers");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.error()).contains("./conduit");
    }
}
