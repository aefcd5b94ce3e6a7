package dev.conduit.rendezvous.launch.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.support.Settings;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessSettingsTest {

    private static List<SettingsProblem> check(Map<String, Object> settings) throws Exception {
        Settings read = Settings.of(new GuestSpec("web", List.of(InetAddress.getByName("10.0.0.1")), settings));
        ProcessSettings.read(new GuestSpec("web", List.of(InetAddress.getByName("10.0.0.1")), settings), read);
        return read.end();
    }

    @Test
    void shouldTakeEverySetting() throws Exception {
        Map<String, Object> all = Map.of("command", List.of("java", "-jar", "www.jar"), "environment", Map.of("PORT", 80),
                "directory", "/srv", "memory", "256m", "log", "/var/log/www.log",
                "network", Map.of("bridge", "br0", "prefix4", 16, "gateway", List.of("10.0.0.254", "fd09::1")));
        assertThat(check(all)).isEmpty();
        GuestSpec guest = new GuestSpec("web", List.of(), all);
        assertThat(ProcessSettings.read(guest, Settings.of(guest)).memory()).isEqualTo(256L << 20);
    }

    @Test
    void shouldFindEveryMistakeAtOnce() throws Exception {
        assertThat(check(Map.of("memory", "1m5", "environment", Map.of("A-B", "x", "LIST", List.of()), "port", 80,
                "network", Map.of("bridge", "a name too long", "prefix4", 33, "gateway", "router", "mtu", 1))))
                .extracting(problem -> problem.key() + ": " + problem.message())
                .containsExactlyInAnyOrder(
                        "command: is missing: a list of the program and its arguments",
                        "memory: '1m5' is not an amount of memory, such as 256m, of at least 1048576 bytes",
                        "environment.LIST: is not a text: []",
                        "environment.A-B: is not a name of letters, digits and _",
                        "network.bridge: 'a name too long' is not 1 to 15 characters of A-Z a-z 0-9 _ . -",
                        "network.gateway: 'router' is not an address",
                        "network.prefix4: '33' is not between 1 and 32",
                        "network.mtu: is not a setting of this launcher; it has bridge, gateway, prefix4, prefix6,"
                                + " quiet",
                        "port: is not a setting of this launcher; it has command, directory, environment, log, memory,"
                                + " network");
        assertThat(check(Map.of("command", List.of("a", List.of()), "network", 5)))
                .extracting(SettingsProblem::key).containsExactlyInAnyOrder("command.1", "network");
    }
}
