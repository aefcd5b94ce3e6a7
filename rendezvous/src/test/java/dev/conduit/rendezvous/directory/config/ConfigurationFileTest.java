package dev.conduit.rendezvous.directory.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.conduit.core.Platform;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.Launcher;
import dev.conduit.rendezvous.launch.LauncherProvider;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationFileTest {

    @TempDir
    private Path folder;

    /** Knows {@code command}, a list, and {@code memory}. */
    private static final class Checking implements LauncherProvider, Launcher {
        @Override
        public String kind() {
            return "process";
        }

        @Override
        public Launcher open(Platform platform) {
            return this;
        }

        @Override
        public List<SettingsProblem> check(GuestSpec guest) {
            if (!(guest.settings().get("command") instanceof List<?> command)) {
                return List.of(new SettingsProblem("", "there is no command"));
            }
            return command.get(0).equals("nonsense")
                    ? List.of(new SettingsProblem("command.0", "'nonsense' is no program")) : List.of();
        }

        @Override
        public int start(GuestSpec guest, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void stop(GuestSpec guest, StopMode mode, Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, GuestState> states(Collection<GuestSpec> guests) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static final class Absent implements LauncherProvider {
        @Override
        public String kind() {
            return "xl";
        }

        @Override
        public Launcher open(Platform platform) throws LaunchException {
            throw new LaunchException("launcher 'xl' cannot be had: there is no program xl; install xen-utils");
        }
    }

    private final Launchers launchers = new Launchers(null, List.of(new Checking(), new Absent()));

    private Configuration read(String text) throws IOException {
        return ConfigurationFile.read(Files.writeString(folder.resolve("services.yaml"), text), launchers);
    }

    /** What is wrong, as {@code line: message}. */
    private List<String> problems(String... lines) {
        ConfigurationException wrong = catchThrowableOfType(ConfigurationException.class,
                () -> read(String.join("\n", lines)));
        assertThat(wrong).as(String.join("\n", lines)).isNotNull();
        return Arrays.stream(wrong.getMessage().split(System.lineSeparator()))
                .peek(line -> assertThat(line).startsWith(folder.resolve("services.yaml") + ":"))
                .map(line -> line.substring(folder.resolve("services.yaml").toString().length() + 1)).toList();
    }

    @Test
    void shouldReadTheExample() throws IOException {
        Configuration configuration = ConfigurationFile.read(
                Path.of(System.getProperty("conduit.root"), "docs/services.example.yaml"), launchers);
        assertThat(configuration.dns()).contains(new DnsSettings(new InetSocketAddress("127.0.0.1", 5353), "lab.test",
                Duration.ofSeconds(5), Duration.ofSeconds(4), List.of(), Optional.empty()));
        assertThat(configuration.limits()).isEqualTo(new Limits(4, 8L << 30, 50_000, 8));
        ServiceSettings greeter = configuration.services().get(0);
        assertThat(greeter.memory()).isEqualTo(128 << 20);
        assertThat(greeter.ready()).isEqualTo(new Readiness.Registration("greeter", Duration.ofSeconds(30)));
        assertThat(greeter.idle()).contains(Duration.ofMinutes(1));
        ServiceSettings www = configuration.services().get(1);
        assertThat(www.dns()).containsExactly("www.lab.test");
        assertThat(www.addresses()).containsExactly(InetAddress.getByName("127.0.0.1"));
        assertThat(www.ready()).isEqualTo(
                new Readiness.Port(List.of(InetAddress.getByName("127.0.0.1")), 8080, Duration.ofSeconds(10)));
        assertThat(www.memory()).isEqualTo(256 << 20);
        assertThat(www.backOff()).isEqualTo(
                new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(1)));
    }

    private static String[] replayed(String front, String more) {
        return new String[] {"front: { kind: " + front + " }", "services:", "  - name: www", "    launcher: process",
            "    process: { command: [true] }", "    receive: replay", more};
    }

    @Test
    void shouldLetTheFrontFindOutWhenReplayedServicesAreReady() throws IOException {
        String addresses = "    addresses: [10.9.0.10]\n    ports: [80]\n";
        Configuration configuration = read(String.join("\n",
                replayed("tap, interface: f0", addresses + "    ready: { within: 10s }")));
        assertThat(configuration.services().get(0).ready()).isEqualTo(new Readiness.Key(
                "/local/domain/0/data/synjitsu/www/guest", Optional.of("up"), Duration.ofSeconds(10)));
        Configuration own = read(String.join("\n",
                replayed("bridge, interface: br0", addresses + "    ready: { xenstore: data/state }")));
        assertThat(own.services().get(0).ready()).isEqualTo(
                new Readiness.Key("data/state", Optional.empty(), Duration.ofSeconds(30)));
    }

    @Test
    void shouldRefuseReplaysThatCannotWork() {
        String addresses = "    addresses: [10.9.0.10]\n    ports: [80]\n";
        assertThat(problems(replayed("tun, interface: t0", addresses))).containsExactly(
                "6: 'receive' is 'replay', which needs a 'front' of kind tap or bridge");
        assertThat(problems(replayed("tap, interface: f0", "    ports: [80]"))).containsExactly(
                "6: 'receive' is 'replay', but the service has no 'addresses' or no 'ports'");
        assertThat(problems(replayed("tap, interface: f0", addresses + "    ready: { port: 80 }"))).containsExactly(
                "9: 'ready' waits for port 80, which the front answers until the guest has its connections;"
                        + " without it the front itself finds out");
    }

    @Test
    void shouldReadWhatTheExampleHasInComments() throws IOException {
        Configuration configuration = read("""
                dns:
                  listen: "[::1]:53"
                  zone: Lab.Test.
                  forward: ["192.0.2.53:53", "[2001:db8::1]:53"]
                  update: { server: "192.0.2.53:53", key: "hmac-sha256:jitsud:c2VjcmV0" }
                front: { kind: tap, interface: tap0 }
                services:
                  - name: www
                    launcher: process
                    process: { command: [true] }
                    ready: { xenstore: data/state, value: up }
                    meter: veth-www
                    stop: suspend
                """);
        DnsSettings dns = configuration.dns().orElseThrow();
        assertThat(dns.zone()).isEqualTo("lab.test");
        assertThat(dns.forward()).hasSize(2);
        assertThat(dns.update()).contains(
                new DnsSettings.Update(new InetSocketAddress("192.0.2.53", 53), "hmac-sha256:jitsud:c2VjcmV0"));
        assertThat(configuration.front()).isEqualTo(new FrontSettings(FrontSettings.Kind.TAP, Optional.of("tap0"), false));
        ServiceSettings www = configuration.services().get(0);
        assertThat(www.ready()).isEqualTo(
                new Readiness.Key("data/state", Optional.of("up"), Duration.ofSeconds(30)));
        assertThat(www.meter()).contains("veth-www");
        assertThat(www.stop()).isEqualTo(StopMode.SUSPEND);
        assertThat(www.idle()).isEmpty();
    }

    @Test
    void shouldReportEverythingAtOnceWithLineAndValue() {
        assertThat(problems(
                "dns: { listen: localhost, ttl: 5 }",
                "frnt: { kind: tap }",
                "front: { kind: tup }",
                "limits: { boots: 0, memory: much }",
                "services:",
                "  - name: a b",
                "    dns: [www..test]",
                "    addresses: [\"10.9.0\", \"fd09::10\"]",
                "    ports: [80, 65536]",
                "    launcher: proces",
                "    idel: 5s",
                "    stop: kill",
                "  - name: www",
                "    launcher: process",
                "    process:",
                "      command:",
                "        - nonsense",
                "    ready: { port: 80, conduit: www, within: 0s }",
                "    prewarm: maybe",
                "  - launcher: xl",
                "  - just a text")).containsExactly(
                "1: 'listen' is 'localhost', not an address and a port such as 127.0.0.1:53 or [::1]:53",
                "1: 'dns' has no 'zone'",
                "1: 'ttl' is '5', not a duration such as 500ms, 5s, 2m or 1h",
                "2: unknown key 'frnt'; did you mean 'front'?",
                "3: 'kind' is 'tup', not one of none, tap, bridge, tun, socket",
                "4: 'boots' is '0', not a number from 1 to 1000",
                "4: 'memory' is 'much', not a size such as 64m or 2g",
                "6: conduit name 'a b' has a character that is not one of A-Z a-z 0-9 - _ at position 1",
                "7: 'dns' has 'www..test', not a name such as www.lab.test of labels of 1 to 63 characters, at most 253"
                        + " together",
                "8: 'addresses' has '10.9.0', not an IPv4 or IPv6 address",
                "9: 'ports' has '65536', not a number from 1 to 65535",
                "10: there is no launcher 'proces'; there is process, xl",
                "11: unknown key 'idel'; did you mean 'idle'?",
                "12: 'stop' is 'kill', not one of destroy, shutdown, suspend",
                "17: process.command.0: 'nonsense' is no program",
                "18: 'within' is '0s', not between 1ms and 24h",
                "18: 'ready' has more than one of port, xenstore and conduit",
                "18: 'ready' waits for port 80, but the service has no 'addresses'",
                "19: 'prewarm' is 'maybe', not true or false",
                "20: a service has no 'name'",
                "20: launcher 'xl' cannot be had: there is no program xl; install xen-utils",
                "21: a service is 'just a text', not a map of keys and values");
    }

    @Test
    void shouldRefuseNamesThatAreTaken() {
        assertThat(problems(
                "services:",
                "  - { name: www, dns: www.lab.test, launcher: process, process: { command: [true] } }",
                "  - { name: www, dns: WWW.lab.test., launcher: process, process: { command: [true] } }",
                "  - { name: jitsud, launcher: process, process: { command: [true] } }")).containsExactly(
                "3: name 'www' is taken by the service on line 2",
                "3: DNS name 'www.lab.test' is taken by the service on line 2",
                "4: 'name' is 'jitsud', which is Conduit's own service");
    }

    @Test
    void shouldTellOfYamlThatIsNone() {
        assertThat(problems("services:", "  - name: 'www")).containsExactly(
                "2: no YAML: while scanning a quoted scalar: found unexpected end of stream");
        assertThat(problems("just a text")).containsExactly("1: the file is 'just a text', not a map of keys and values",
                "1: there is no 'services'");
        assertThat(problems("")).containsExactly("1: there is no 'services'");
        assertThat(problems("services: []", "services: []")).containsExactly("2: 'services' is there twice, first on line 1");
        assertThat(problems("services: []", "---", "services: []")).anyMatch(line -> line.contains("second document"));
    }

    @Test
    void shouldRefuseNestingBeyondABound() {
        assertThat(problems("services: " + "[".repeat(200) + "]".repeat(200)))
                .anyMatch(line -> line.contains("deeper than 50 levels"));
    }

    @Test
    void shouldRefuseWhatIsNoText() throws IOException {
        Path file = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> ConfigurationFile.read(file, launchers))
                .hasMessage(file + ":1: the file is no UTF-8 text");
    }

    @Test
    void shouldReadTenThousandServices() throws IOException {
        StringBuilder text = new StringBuilder("services:\n");
        for (int i = 0; i < 10_000; i++) {
            text.append("  - name: service-").append(i).append("\n    dns: [service-").append(i)
                    .append(".lab.test]\n    addresses: [\"10.9.").append(i / 250).append('.').append(i % 250 + 1)
                    .append("\"]\n    ports: [80]\n    launcher: process\n    process: { command: [java, -jar,"
                            + " /srv/guests/service.jar, --quite-some, --words, --of-it], memory: 256m,"
                            + " environment: { ONE: some-longer-value-of-it, TWO: some-other-value } }\n    idle: 60s\n");
        }
        assertThat(text.length()).as("more than the library takes by default").isGreaterThan(3 << 20);
        assertThat(read(text.toString()).services()).hasSize(10_000);
    }

    /** Whatever is done to the example, the answer is a configuration or a list of problems within the file. */
    @Test
    void shouldSurviveAnyChangeOfTheExample() throws IOException {
        String example = Files.readString(Path.of(System.getProperty("conduit.root"), "docs/services.example.yaml"));
        String alphabet = "{}[]:,-#&*!|>'\"%@`? \n\tab1\u00e4";
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(example);
            for (int change = 0; change <= random.nextInt(4); change++) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.deleteCharAt(at);
                } else {
                    text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            try {
                read(text.toString());
            } catch (ConfigurationException wrong) {
                long lines = text.chars().filter(c -> c == '\n').count() + 1;
                assertThat(wrong.getMessage()).as("seed %d", seed).doesNotEndWith("no YAML: ");
                assertThat(wrong.problems()).as("seed %d", seed).isNotEmpty()
                        .allSatisfy(problem -> assertThat(problem.line()).isBetween(1, (int) lines));
            } catch (RuntimeException bug) {
                throw new AssertionError("seed " + seed + ": " + bug, bug);
            }
        }
    }

    private static String sharing(String name, String more) {
        return "  - { name: " + name + ", launcher: process, process: { command: [a] }, receive: conduit,"
                + " addresses: [\"10.0.0.1\"], ports: [80, 443], " + more + " }";
    }

    @Test
    void shouldReadServicesThatClientsTellApart() throws IOException {
        Configuration configuration = read(String.join("\n", "services:",
                sharing("www", "hosts: [WWW.example.org., \"*.example.org\"]"), sharing("shop", "hosts: shop.example.org"),
                sharing("rest", "default: true")));
        assertThat(configuration.services()).extracting(ServiceSettings::sharing).containsExactly(
                new ServiceSettings.Sharing(List.of("www.example.org", "*.example.org"), false),
                new ServiceSettings.Sharing(List.of("shop.example.org"), false),
                new ServiceSettings.Sharing(List.of(), true));
        assertThat(configuration.services().get(0).ready())
                .isEqualTo(new Readiness.Registration("www", Duration.ofSeconds(30)));
    }

    @Test
    void shouldRefuseServicesThatClientsCannotTellApart() {
        assertThat(problems("services:", sharing("a", "hosts: [x.y, w.y]"), sharing("b", "hosts: [x.y], default: true"),
                sharing("c", "default: true"), sharing("d", "idle: 5s"))).containsExactly(
                "3: host 'x.y' at 10.0.0.1 port 80 is there already, on line 2",
                "3: host 'x.y' at 10.0.0.1 port 443 is there already, on line 2",
                "4: 'default' at 10.0.0.1 port 80 is there already, on line 3",
                "4: 'default' at 10.0.0.1 port 443 is there already, on line 3",
                "5: 10.0.0.1 port 80 is taken by the service on line 2: two need 'hosts' or 'default: true' each",
                "5: 10.0.0.1 port 443 is taken by the service on line 2: two need 'hosts' or 'default: true' each");
        assertThat(problems("services:",
                "  - { name: a, launcher: process, process: { command: [a] }, hosts: [a.b], addresses: [\"10.0.0.1\"], ports: [80] }",
                "  - { name: b, launcher: process, process: { command: [a] }, receive: conduit, default: true }",
                "  - { name: c, launcher: process, process: { command: [a] }, hosts: [\"a.*\"] }")).containsExactly(
                "2: 'hosts' and 'default' need 'receive: conduit', 'addresses' and 'ports'",
                "3: 'hosts' and 'default' need 'receive: conduit', 'addresses' and 'ports'",
                "4: 'hosts' has 'a.*', not a name such as www.lab.test of labels of 1 to 63 characters, at most 253 together");
    }

    @Test
    void shouldRefuseAnAddressOfTwoServicesBehindATcpFront() throws IOException {
        String first = "  - { name: a, launcher: process, process: { command: [a] }, addresses: [\"10.0.0.1\"], ports: [80],"
                + " receive: adopt, ready: { xenstore: data/state } }";
        String second = first.replace("name: a", "name: b").replace("[80]", "[81]");
        assertThat(problems("front: { kind: bridge, interface: t }", "services:", first, second))
                .singleElement().asString().startsWith("4: 10.0.0.1 is taken by the service on line 3: a front of kind bridge");
        assertThat(read(String.join("\n", "services:", first, second)).services()).hasSize(2);
    }

    @Test
    void shouldRefuseCarryingWhereItsFrontCannot() throws IOException {
        assertThat(problems("front: { kind: tun, interface: t }", "services:", sharing("a", "default: true")))
                .containsExactly("3: 'receive: conduit' needs a front of kind tap or socket, not 'tun'");
        String other = "  - { name: b, launcher: process, process: { command: [a] }, receive: conduit,"
                + " addresses: [\"10.0.0.1\"], ports: [25] }";
        assertThat(problems("front: { kind: tap, interface: t }", "services:", sharing("a", "default: true"), other))
                .containsExactly("4: 10.0.0.1 is taken by the service on line 3: a front of kind tap has an address for one"
                        + " service, with tap also for several with 'receive: conduit' and 'hosts' or 'default: true' each");
        assertThat(read(String.join("\n", "front: { kind: socket, proxy-protocol: true }", "services:",
                sharing("a", "default: true"), other)).front())
                .isEqualTo(new FrontSettings(FrontSettings.Kind.SOCKET, Optional.empty(), true));
    }
}
