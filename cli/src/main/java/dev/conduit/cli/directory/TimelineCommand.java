package dev.conduit.cli.directory;

import dev.conduit.rendezvous.directory.control.ControlClient;
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
import picocli.CommandLine.Option;
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
    private ControlSocket control;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /** Made by the command line. */
    public TimelineCommand() {}

    @Override
    public Integer call() throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "timeline");
        if (service != null) {
            request.put("name", service);
        }
        List<JsonNode> rows = ControlClient.call(control.path(), request);
        if (json) {
            rows.forEach(System.out::println);
            return 0;
        }
        List<String> heads = new ArrayList<>(List.of("SERVICE", "ASKED", "CAUSE", "BY"));
        for (Phase phase : Phase.values()) {
            heads.add(phase.word().toUpperCase(Locale.ROOT));
        }
        heads.add("FAILURE");
        Table table = new Table(heads.toArray(String[]::new));
        rows.forEach(row -> table.add(cells(row)));
        System.out.print(table.text());
        return 0;
    }

    private static List<String> cells(JsonNode row) {
        List<String> cells = new ArrayList<>(List.of(row.path("service").asString(),
                TIME.format(Instant.parse(row.path("asked").asString())), row.path("cause").asString(),
                row.path("asker").asString()));
        for (Phase phase : Phase.values()) {
            JsonNode reached = row.path(phase.word());
            cells.add(reached.isMissingNode() ? "-" : "+" + Table.time(reached.asDouble()));
        }
        cells.add(row.path("failure").asString());
        return cells;
    }
}
