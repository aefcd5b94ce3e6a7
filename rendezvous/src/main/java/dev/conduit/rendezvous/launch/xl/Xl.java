package dev.conduit.rendezvous.launch.xl;

import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.launch.support.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The commands of {@code xl} that are used. Domains are named by their number: xl takes a name made of digits for one,
 * and would destroy domain 42 for a guest called 42.
 */
record Xl(Program program) {

    private static final JsonMapper JSON = new JsonMapper();

    List<XlDomain> list(Duration timeout) throws LaunchException, InterruptedException {
        String table = program.call(timeout, "list");
        List<XlDomain> domains = XlDomain.parse(table);
        if (domains.isEmpty()) {
            // dom0 at least is always there.
            throw new LaunchException("xl list printed no domains: " + OneLine.of(table));
        }
        return domains;
    }

    /**
     * The domains that are built completely: xl keeps the configuration of a domain when it is, and lists only those whose
     * configuration it has.
     */
    Set<Integer> complete(Duration timeout) throws LaunchException, InterruptedException {
        return parseComplete(program.call(timeout, "list", "-l"));
    }

    /** {@code [{"domid": 0, "config": {...}}, ...]}, perhaps after warnings. */
    static Set<Integer> parseComplete(String output) throws LaunchException {
        Set<Integer> domains = new HashSet<>();
        int start = output.startsWith("[") ? 0 : output.indexOf("\n[") + 1;
        try {
            JsonNode list = JSON.readTree(output.substring(start));
            if (!list.isArray()) {
                throw new LaunchException("xl list -l printed no list: " + OneLine.of(output));
            }
            for (JsonNode domain : list) {
                domains.add(domain.path("domid").asInt(-1));
            }
            return domains;
        } catch (JacksonException e) {
            throw new LaunchException("xl list -l printed what is not JSON: " + OneLine.of(e.getOriginalMessage()), e);
        }
    }

    void create(Path config, String name, Duration timeout) throws LaunchException, InterruptedException {
        // What stands after the file is read after it, and so has the last word.
        program.call(timeout, "create", "-q", config.toString(), "name=\"" + name + "\"");
    }

    void restore(Path file, Duration timeout) throws LaunchException, InterruptedException {
        program.call(timeout, "restore", file.toString());
    }

    void save(int domain, Path file, Duration timeout) throws LaunchException, InterruptedException {
        program.call(timeout, "save", Integer.toString(domain), file.toString());
    }

    /** {@code pause}, {@code unpause}, {@code shutdown} or {@code destroy}. */
    void tell(String command, int domain, Duration timeout) throws LaunchException, InterruptedException {
        program.call(timeout, command, Integer.toString(domain));
    }
}
