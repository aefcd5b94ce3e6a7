package dev.conduit.rendezvous.directory.config;

import dev.conduit.rendezvous.directory.config.Node.Scalar;
import dev.conduit.rendezvous.directory.config.Node.Section;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Sharing;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Times;
import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.rendezvous.layout.ConduitNames;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one service. */
final class ServiceReader {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final BackOff BACK_OFF =
            new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofMinutes(1));
    private static final int MAX_DNS_NAME = 253;
    private static final Pattern DNS_NAME =
            Pattern.compile("(\\*\\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\\.?");

    private final Section section;
    private final Fields fields;
    private final Launchers launchers;
    private final FrontSettings.Kind front;
    private final List<Problem> problems;

    ServiceReader(Section section, Launchers launchers, FrontSettings.Kind front, List<Problem> problems) {
        this.front = front;
        this.section = section;
        this.fields = new Fields(section, problems);
        this.launchers = launchers;
        this.problems = problems;
    }

    ServiceSettings read() {
        String name = name();
        List<String> dns = names("dns");
        List<InetAddress> addresses = addresses();
        List<Integer> ports = ports();
        String launcher = launcher();
        Section own = launcher.isEmpty() ? new Section(section.line(), Map.of())
                : fields.section(launcher).orElse(new Section(section.line(), Map.of()));
        GuestSpec guest = guest(name, addresses, own);
        if (!launcher.isEmpty()) {
            check(launcher, guest, own);
        }
        long memory = fields.size("memory", memoryOf(own));
        Receive receive = fields.word("receive", Receive.ADOPT);
        Readiness ready = receive == Receive.REPLAY
                ? replayed(name, addresses, ports) : readiness(name, addresses, ports, receive);
        Sharing sharing = sharing(addresses, ports, receive);
        Optional<Duration> idle = Optional.ofNullable(fields.duration("idle", null, Duration.ofDays(365)));
        Optional<String> meter = fields.text("meter");
        StopMode stop = fields.word("stop", StopMode.DESTROY);
        Times times = new Times(fields.duration("start-within", Times.DEFAULTS.start(), DAY),
                fields.duration("stop-within", Times.DEFAULTS.stop(), DAY),
                fields.duration("drain", Times.DEFAULTS.drain(), DAY));
        BackOff backOff = fields.section("back-off").map(this::backOff).orElse(BACK_OFF);
        boolean prewarm = fields.truth("prewarm", false);
        fields.finish();
        return new ServiceSettings(name, dns, ports, launcher, guest, memory, ready, receive, idle, meter, stop, times,
                backOff, prewarm, sharing);
    }

    private String name() {
        Optional<String> name = fields.text("name");
        if (name.isEmpty()) {
            fields.problem("name", "a service has no 'name'");
            return "";
        }
        try {
            ConduitNames.check(name.get());
            if (name.get().equals(ConduitNames.JITSUD) || name.get().equals(ConduitNames.SYNJITSU)) {
                fields.problem("name", "'name' is '" + name.get() + "', which is Conduit's own service");
            }
            return name.get();
        } catch (IllegalArgumentException wrong) {
            fields.problem("name", wrong.getMessage());
            return "";
        }
    }

    private List<String> names(String key) {
        List<String> names = new ArrayList<>();
        for (Scalar name : fields.texts(key)) {
            if (DNS_NAME.matcher(name.text()).matches() && name.text().length() <= MAX_DNS_NAME) {
                names.add(ConfigurationFile.name(name.text()));
            } else {
                problems.add(new Problem(name.line(), "'" + key + "' has " + name.shown() + ", not a name such as www.lab.test"
                        + " of labels of 1 to 63 characters, at most " + MAX_DNS_NAME + " together"));
            }
        }
        return names;
    }

    private Sharing sharing(List<InetAddress> addresses, List<Integer> ports, Receive receive) {
        Sharing sharing = new Sharing(names("hosts"), fields.truth("default", false));
        if (sharing.isShared() && (receive != Receive.CONDUIT || addresses.isEmpty() || ports.isEmpty())) {
            fields.problem(sharing.hosts().isEmpty() ? "default" : "hosts",
                    "'hosts' and 'default' need 'receive: conduit', 'addresses' and 'ports'");
        }
        return sharing;
    }

    private List<InetAddress> addresses() {
        List<InetAddress> addresses = new ArrayList<>();
        for (Scalar text : fields.texts("addresses")) {
            Addresses.address(text.text()).ifPresentOrElse(addresses::add, () -> problems.add(new Problem(text.line(),
                    "'addresses' has " + text.shown() + ", not an IPv4 or IPv6 address")));
        }
        return addresses;
    }

    private List<Integer> ports() {
        List<Integer> ports = new ArrayList<>();
        for (Scalar port : fields.texts("ports")) {
            if (port.value() instanceof Integer number && number >= 1 && number <= 65535) {
                ports.add(number);
            } else {
                problems.add(new Problem(port.line(), "'ports' has " + port.shown() + ", not a number from 1 to 65535"));
            }
        }
        return ports;
    }

    private String launcher() {
        Optional<String> launcher = fields.text("launcher");
        if (launcher.isEmpty()) {
            fields.problem("launcher", "a service has no 'launcher'; there is "
                    + String.join(", ", launchers.kinds()));
            return "";
        }
        return launcher.get();
    }

    private static GuestSpec guest(String name, List<InetAddress> addresses, Section own) {
        @SuppressWarnings("unchecked")
        Map<String, Object> settings = (Map<String, Object>) own.plain();
        // A name that is none is a problem by now; the rest is looked at all the same.
        return new GuestSpec(ConduitNames.isName(name) ? name : "nameless", addresses, settings);
    }

    private void check(String kind, GuestSpec guest, Section own) {
        try {
            for (SettingsProblem problem : launchers.launcher(kind).check(guest)) {
                int line = problem.key().isEmpty() ? fields.line(kind) : own.lineOf(problem.key());
                problems.add(new Problem(line, kind + (problem.key().isEmpty() ? "" : "." + problem.key()) + ": "
                        + problem.message()));
            }
        } catch (LaunchException absent) {
            fields.problem("launcher", absent.getMessage());
        }
    }

    /** What the launcher is told, when it is told so in a way that is understood here. */
    private static long memoryOf(Section own) {
        Section.Entry entry = own.entries().get("memory");
        return entry != null && entry.value() instanceof Scalar scalar ? Units.size(scalar.text()).orElse(0L) : 0;
    }

    /** Its ports are answered by the front, which itself looks whether they are the guest's. */
    private Readiness replayed(String name, List<InetAddress> addresses, List<Integer> ports) {
        if (front != FrontSettings.Kind.TAP && front != FrontSettings.Kind.BRIDGE) {
            fields.problem("receive", "'receive' is 'replay', which needs a 'front' of kind tap or bridge");
        } else if (addresses.isEmpty() || ports.isEmpty()) {
            fields.problem("receive", "'receive' is 'replay', but the service has no 'addresses' or no 'ports'");
        }
        Readiness said = readiness(name, addresses, ports, Receive.REPLAY);
        boolean given = fields.section("ready").stream().anyMatch(ready -> ready.entries().keySet().stream()
                .anyMatch(List.of("port", "xenstore", "conduit")::contains));
        if (given && said instanceof Readiness.Port port) {
            fields.problem("ready", "'ready' waits for port " + port.port() + ", which the front answers until the guest has"
                    + " its connections; without it the front itself finds out");
        }
        return given ? said : new Readiness.Key(Readiness.replayed(name), Optional.of(Readiness.REPLAYED_UP), said.within());
    }

    private Readiness readiness(String name, List<InetAddress> addresses, List<Integer> ports, Receive receive) {
        Optional<Section> given = fields.section("ready");
        Fields ready = new Fields(given.orElse(new Section(section.line(), Map.of())), problems);
        Duration within = ready.duration("within", WITHIN, DAY);
        int port = ready.integer("port", 0, 1, 65535);
        Optional<String> key = ready.text("xenstore");
        Optional<String> value = ready.text("value");
        Optional<String> conduit = ready.text("conduit");
        ready.finish();
        int kinds = (port == 0 ? 0 : 1) + (key.isPresent() ? 1 : 0) + (conduit.isPresent() ? 1 : 0);
        if (kinds > 1) {
            ready.problem("within", "'ready' has more than one of port, xenstore and conduit");
        }
        if (value.isPresent() && key.isEmpty()) {
            ready.problem("value", "'ready' has a 'value' and no 'xenstore'");
        }
        if (port != 0 && addresses.isEmpty()) {
            ready.problem("port", "'ready' waits for port " + port + ", but the service has no 'addresses'");
        }
        if (key.isPresent()) {
            return new Readiness.Key(key.get(), value, within);
        }
        if (port != 0) {
            return new Readiness.Port(addresses, port, within);
        }
        // A port of a service without a network is its front's.
        if (conduit.isEmpty() && receive != Receive.CONDUIT && !addresses.isEmpty() && !ports.isEmpty()) {
            return new Readiness.Port(addresses, ports.get(0), within);
        }
        String registered = conduit.orElse(name);
        if (!ConduitNames.isName(registered) && !name.isEmpty()) {
            ready.problem("conduit", "'conduit' is '" + registered + "', not a conduit name");
        }
        return new Readiness.Registration(registered, within);
    }

    private BackOff backOff(Section given) {
        Fields own = new Fields(given, problems);
        BackOff backOff = new BackOff(own.duration("first", BACK_OFF.first(), DAY),
                own.duration("longest", BACK_OFF.longest(), DAY), own.duration("reset", BACK_OFF.reset(), DAY));
        own.finish();
        return backOff;
    }
}
