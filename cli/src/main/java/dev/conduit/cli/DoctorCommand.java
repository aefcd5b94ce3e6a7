package dev.conduit.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code conduit doctor}: what this machine offers, and why something is missing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Say what this machine offers: platforms, native access, Xen devices, limits.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:a platform can be used", "1:none can", "2:wrong usage"})
final class DoctorCommand implements Callable<Integer> {

    /** One line of the report: a thing, whether it is there, and what to know about it. */
    record Finding(String thing, boolean ok, String detail) {}

    @Mixin
    private DirectoryOption directory;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = new ArrayList<>();
        Diagnosis diagnosis = new Diagnosis(directory.path(), findings::add);
        boolean usable = diagnosis.run();
        if (json) {
            print(findings, usable);
        } else {
            int width = findings.stream().mapToInt(finding -> finding.thing().length()).max().orElse(0);
            for (Finding finding : findings) {
                System.out.printf(
                        "%-4s %-" + width + "s  %s%n", finding.ok() ? "ok" : "no", finding.thing(), finding.detail());
            }
        }
        return usable ? 0 : Main.FAILED;
    }

    private static void print(List<Finding> findings, boolean usable) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("usable", usable);
        report.put("findings", findings.stream()
                .map(finding -> Map.of("thing", finding.thing(), "ok", finding.ok(), "detail", finding.detail()))
                .toList());
        System.out.println(JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .build()
                .writeValueAsString(report));
    }
}
