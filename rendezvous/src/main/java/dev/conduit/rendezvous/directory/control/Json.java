package dev.conduit.rendezvous.directory.control;

import dev.conduit.rendezvous.directory.service.Outcome;
import dev.conduit.rendezvous.directory.service.Phase;
import dev.conduit.rendezvous.directory.service.ServiceStatus;
import dev.conduit.rendezvous.directory.service.StartRecord;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The lines of the protocol. Times are milliseconds, with three digits behind the point. */
final class Json {

    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static String line(Map<String, ?> fields) {
        return MAPPER.writeValueAsString(fields) + "\n";
    }

    static List<String> rows(List<Map<String, Object>> rows) {
        List<String> lines = new ArrayList<>();
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("ok", true);
        head.put("rows", rows.size());
        lines.add(line(head));
        rows.forEach(row -> lines.add(line(row)));
        return lines;
    }

    static List<String> failure(String reason, String message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ok", false);
        fields.put("reason", reason);
        fields.put("message", message);
        return List.of(line(fields));
    }

    static List<String> outcome(Outcome outcome) {
        if (outcome instanceof Outcome.Failed failed) {
            return failure(failed.reason().word(), failed.message());
        }
        Outcome.Up up = (Outcome.Up) outcome;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("service", up.service());
        row.put("addresses", up.addresses().stream().map(InetAddress::getHostAddress).toList());
        row.put("ready", up.ready());
        return rows(List.of(row));
    }

    static Map<String, Object> status(ServiceStatus status) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("service", status.name());
        row.put("state", status.state().word());
        row.put("since", millis(status.since()));
        row.put("domain", status.domain() < 0 ? null : status.domain());
        row.put("waiting", status.waiting());
        row.put("flows", status.flows());
        row.put("starts", status.starts());
        row.put("failures", status.failures());
        row.put("detail", status.detail());
        return row;
    }

    static Map<String, Object> start(StartRecord start) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("service", start.service());
        row.put("number", start.number());
        row.put("cause", start.cause().name().toLowerCase(Locale.ROOT));
        row.put("asker", start.asker());
        row.put("asked", start.asked().toString());
        for (Phase phase : Phase.values()) {
            Duration reached = start.phases().get(phase);
            if (reached != null) {
                row.put(phase.word(), millis(reached));
            }
        }
        row.put("failure", start.failure());
        return row;
    }

    static Map<String, Object> counter(Map.Entry<String, Long> counter) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("counter", counter.getKey());
        row.put("value", counter.getValue());
        return row;
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1000 / 1000.0;
    }

    static List<String> unknownRequest(String message) {
        return failure("bad-request", message);
    }
}
