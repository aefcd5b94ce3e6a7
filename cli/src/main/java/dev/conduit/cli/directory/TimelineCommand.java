package dev.conduit.cli.directory;

import dev.conduit.rendezvous.directory.service.Phase;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code conduit timeline}: how each start went. */
@Command(
        name = "timeline",
        mixinStandardHelpOptions = true,
        description = "Show how the starts of services went: when each was asked for, and how long after that each phase was"
                + " reached.")
public final class TimelineCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "Only of this service.")
    private String service;

    @Mixin
    private Report report;

    /** Made by the command line. */
    public TimelineCommand() {}

    @Override
    public Integer call() throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "timeline");
        if (service != null) {
            request.put("name", service);
        }
        report.print(request, columns(), TimelineCommand::cells);
        return 0;
    }

    private static List<String> columns() {
        List<String> columns = new ArrayList<>(List.of("service", "asked", "cause", "by"));
        for (Phase phase : Phase.values()) {
            columns.add(phase.word());
        }
        columns.add("failure");
        return columns;
    }

    private static Map<String, Object> cells(JsonNode row) {
        Map<String, Object> cells = new LinkedHashMap<>();
        cells.put("service", row.path("service").asString());
        cells.put("asked", TIME.format(Instant.parse(row.path("asked").asString())));
        cells.put("cause", row.path("cause").asString());
        cells.put("by", row.path("asker").asString());
        for (Phase phase : Phase.values()) {
            JsonNode reached = row.path(phase.word());
            cells.put(phase.word(), reached.isMissingNode() ? null : "+" + Report.time(reached.asDouble()));
        }
        cells.put("failure", row.path("failure").asString());
        return cells;
    }
}
