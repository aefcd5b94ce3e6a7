package dev.conduit.bench.synjitsu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SynjitsuReportTest {

    private static String line(String what, double value) {
        return String.join("\t", "figure", what, "ms", Double.toString(value));
    }

    @Test
    void shouldCompareMediansOfWhatBelongsTogether() {
        Samples samples = new Samples();
        for (double each : new double[] {30, 25, 900}) {
            assertThat(samples.read(line("first byte after a boot of 20 ms, front that hands over", each))).isTrue();
        }
        samples.read(line("first byte after a boot of 20 ms, front that hands over, first of the JVMs", 150));
        samples.read(line("first byte after a boot of 20 ms, no front", 1020));
        samples.read(line("first byte after a boot of 350 ms, no front", 1020));
        samples.read(line("throughput, adopted connection, to the client", 9));
        samples.read(line("throughput, direct connection, to the client", 10));
        assertThat(samples.read("something else")).isFalse();

        SynjitsuReport report = SynjitsuReport.of(samples.figures(), List.of());

        assertThat(report.figures().get(0)).isEqualTo(new Figure(
                "first byte after a boot of 20 ms, front that hands over", "ms", 3, 30, 25, 900));
        assertThat(report.ratios()).isEqualTo(Map.of(
                "first byte after a boot of 20 ms, no front, times the front that hands over", 34.0,
                "throughput, adopted connection, to the client, of a direct one", 0.9));
    }
}
