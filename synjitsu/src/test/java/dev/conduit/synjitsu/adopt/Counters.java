package dev.conduit.synjitsu.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the kernels of client and guest have counted since it was made. */
final class Counters {

    private final Lab lab;
    private final Map<String, Long> before;

    Counters(Lab lab) throws IOException {
        this.lab = lab;
        before = read();
    }

    private Map<String, Long> read() throws IOException {
        Map<String, Long> values = new LinkedHashMap<>();
        for (String name : new String[] {"Tcp ActiveOpens", "Tcp EstabResets", "Tcp AttemptFails", "Tcp OutRsts",
            "Tcp InErrs", "TcpExt PAWSEstab", "TcpExt TCPSynRetrans"}) {
            values.put("client " + name, lab.namespaces.counter(lab.clientName, name.split(" ")[0], name.split(" ")[1]));
            values.put("guest " + name, lab.namespaces.counter(lab.guestName, name.split(" ")[0], name.split(" ")[1]));
        }
        return values;
    }

    private Map<String, Long> changes() throws IOException {
        Map<String, Long> now = read();
        now.replaceAll((name, value) -> value - before.get(name));
        now.values().removeIf(value -> value == 0);
        // A prepared connection that is given up counts, too.
        now.remove("guest Tcp EstabResets");
        return now;
    }

    /** Nothing was reset, sent again or bad. */
    void requireOneCleanConnection() throws IOException {
        assertThat(changes()).isEqualTo(Map.of("client Tcp ActiveOpens", 1L));
    }

    void requireNoReset(int connections) throws IOException {
        Map<String, Long> changes = changes();
        assertThat(changes).containsEntry("client Tcp ActiveOpens", (long) connections);
        assertThat(changes).doesNotContainKeys("client Tcp EstabResets", "client Tcp AttemptFails", "client Tcp OutRsts",
                "guest Tcp OutRsts");
    }
}
