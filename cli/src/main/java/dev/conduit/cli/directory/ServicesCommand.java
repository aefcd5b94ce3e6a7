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

    @Mixin
    private ControlSocket control;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    /** Made by the command line. */
    public ServicesCommand() {}

    @Override
    public Integer call() throws IOException {
        List<JsonNode> rows = ControlClient.call(control.path(), Map.of("do", "services"));
        if (json) {
            rows.forEach(System.out::println);
            return 0;
        }
        Table table = new Table("SERVICE", "STATE", "FOR", "DOMAIN", "FLOWS", "WAITING", "STARTS", "DETAIL");
        for (JsonNode row : rows) {
            table.add(List.of(row.path("service").asString(), row.path("state").asString(),
                    Table.time(row.path("since").asDouble()), row.path("domain").asString("-"),
                    row.path("flows").asString(), row.path("waiting").asString(), row.path("starts").asString(),
                    row.path("detail").asString()));
        }
        System.out.print(table.text());
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
