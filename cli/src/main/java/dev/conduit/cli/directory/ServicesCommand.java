package dev.conduit.cli.directory;

import dev.conduit.rendezvous.directory.control.ControlClient;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code conduit services}: what a directory has, and what it shall do. */
@Command(
        name = "services",
        mixinStandardHelpOptions = true,
        description = "Show the services of the directory that runs on this host, or start or stop one.")
public final class ServicesCommand implements Callable<Integer> {

    private static final List<String> COLUMNS =
            List.of("service", "state", "for", "domain", "flows", "waiting", "starts", "detail");

    @Mixin
    private Report report;

    /** Made by the command line. */
    public ServicesCommand() {}

    @Override
    public Integer call() throws IOException {
        report.print(Map.of("do", "services"), COLUMNS, ServicesCommand::cells);
        return 0;
    }

    private static Map<String, Object> cells(JsonNode row) {
        Map<String, Object> cells = new LinkedHashMap<>();
        cells.put("service", row.path("service").asString());
        cells.put("state", row.path("state").asString());
        cells.put("for", Report.time(row.path("since").asDouble()));
        cells.put("domain", row.path("domain").isNumber() ? row.path("domain").asInt() : null);
        for (String number : List.of("flows", "waiting", "starts")) {
            cells.put(number, row.path(number).asLong());
        }
        cells.put("detail", row.path("detail").asString());
        return cells;
    }

    @Command(name = "counters", mixinStandardHelpOptions = true,
            description = "Show what the directory, its DNS and its front have done since they started.")
    int counters(@Mixin Report of) throws IOException {
        of.print(Map.of("do", "counters"), List.of("counter", "value"), row -> Map.of(
                "counter", row.path("counter").asString(), "value", row.path("value").asLong()));
        return 0;
    }

    @Command(name = "start", mixinStandardHelpOptions = true,
            description = "Start a service, and wait until it is ready.")
    int start(@Parameters(paramLabel = "NAME", description = "The service.") String name,
            @Mixin ControlSocket directory,
            @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
                    description = "Longest wait, at most 600 (default: ${DEFAULT-VALUE}).") int seconds)
            throws IOException {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "ask");
        request.put("name", name);
        request.put("within", Duration.ofSeconds(seconds).toMillis());
        ControlClient.call(directory.path(), request);
        return 0;
    }

    @Command(name = "stop", mixinStandardHelpOptions = true,
            description = "Drain and stop a service as it is configured, and wait until it is off.")
    int stop(@Parameters(paramLabel = "NAME", description = "The service.") String name,
            @Mixin ControlSocket directory) throws IOException {
        ControlClient.call(directory.path(), Map.of("do", "stop", "name", name));
        return 0;
    }

    @Command(name = "reload", mixinStandardHelpOptions = true,
            description = "Have the configuration read again. When something is wrong with it, all of that is shown and"
                    + " the old one stays.")
    int reload(@Mixin ControlSocket directory) throws IOException {
        ControlClient.call(directory.path(), Map.of("do", "reload"));
        return 0;
    }
}
