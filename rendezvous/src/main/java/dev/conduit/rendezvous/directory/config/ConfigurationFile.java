package dev.conduit.rendezvous.directory.config;

import dev.conduit.rendezvous.directory.config.Node.Items;
import dev.conduit.rendezvous.directory.config.Node.Scalar;
import dev.conduit.rendezvous.directory.config.Node.Section;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads a services file; docs/services.example.yaml has every key. */
public final class ConfigurationFile {

    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_SERVICES = 100_000;
    private static final Duration LONGEST_QUERY = Duration.ofSeconds(59);
    private static final Duration DAY = Duration.ofDays(1);

    private final List<Problem> problems = new ArrayList<>();
    private final Launchers launchers;

    private ConfigurationFile(Launchers launchers) {
        this.launchers = launchers;
    }

    /**
     * Reads a file and checks all of it, the settings of the launchers included. Nothing is asked of toolstacks.
     *
     * @param file at most 64 MiB of UTF-8
     * @param launchers there are
     * @return the configuration
     * @throws ConfigurationException with everything that is wrong in it
     * @throws IOException when it cannot be read
     */
    public static Configuration read(Path file, Launchers launchers) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " has " + Files.size(file) + " bytes, more than " + MAX_BYTES);
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException binary) {
            throw new ConfigurationException(file, List.of(new Problem(1, "the file is no UTF-8 text")));
        }
        ConfigurationFile reader = new ConfigurationFile(launchers);
        Optional<Configuration> configuration = NodeReader.read(text, reader.problems).map(reader::root);
        if (configuration.isEmpty() || !reader.problems.isEmpty()) {
            throw new ConfigurationException(file, reader.problems);
        }
        return configuration.get();
    }

    private Configuration root(Node node) {
        Section section = new Section(node.line(), Map.of());
        if (node instanceof Section map) {
            section = map;
        } else {
            problems.add(new Problem(node.line(), "the file is " + node.shown() + ", not a map of keys and values"));
        }
        Fields fields = new Fields(section, problems);
        Optional<DnsSettings> dns = fields.section("dns").map(this::dns);
        FrontSettings front = fields.section("front").map(this::front)
                .orElse(new FrontSettings(FrontSettings.Kind.NONE, Optional.empty(), false));
        Limits limits = fields.section("limits").map(this::limits).orElse(Limits.DEFAULTS);
        List<ServiceSettings> services = services(fields, dns.map(DnsSettings::zone), front.kind());
        fields.finish();
        return new Configuration(dns, front, limits, services);
    }

    private DnsSettings dns(Section section) {
        Fields fields = new Fields(section, problems);
        InetSocketAddress listen = endpoint(fields, "listen", fields.text("listen").orElse("127.0.0.1:5353"));
        Optional<String> zone = fields.text("zone");
        if (zone.isEmpty()) {
            fields.problem("zone", "'dns' has no 'zone'");
        }
        Duration ttl = fields.duration("ttl", Duration.ofSeconds(5), DAY);
        Duration patience = fields.duration("wait", Duration.ofSeconds(4), LONGEST_QUERY);
        List<InetSocketAddress> forward = new ArrayList<>();
        for (Scalar upstream : fields.texts("forward")) {
            if (!upstream.text().equals("none")) {
                forward.add(endpoint(fields, "forward", upstream.text()));
            }
        }
        Optional<DnsSettings.Update> update = fields.section("update").map(this::update);
        fields.finish();
        return new DnsSettings(listen, name(zone.orElse("")), ttl, patience, forward, update);
    }

    private DnsSettings.Update update(Section section) {
        Fields fields = new Fields(section, problems);
        for (String key : List.of("server", "key")) {
            if (fields.text(key).isEmpty() && !section.entries().containsKey(key)) {
                fields.problem(key, "'update' has no '" + key + "'");
            }
        }
        InetSocketAddress server = endpoint(fields, "server", fields.text("server").orElse("127.0.0.1:53"));
        DnsSettings.Update update = new DnsSettings.Update(server, fields.text("key").orElse(""));
        fields.finish();
        return update;
    }

    private static InetSocketAddress endpoint(Fields fields, String key, String text) {
        return Addresses.endpoint(text).orElseGet(() -> {
            fields.problem(key, "'" + key + "' is '" + text
                    + "', not an address and a port such as 127.0.0.1:53 or [::1]:53");
            return new InetSocketAddress(0);
        });
    }

    private FrontSettings front(Section section) {
        Fields fields = new Fields(section, problems);
        FrontSettings.Kind kind = fields.word("kind", FrontSettings.Kind.NONE);
        FrontSettings front = new FrontSettings(kind, fields.text("interface"), fields.truth("proxy-protocol", false));
        boolean needsInterface = kind == FrontSettings.Kind.TAP || kind == FrontSettings.Kind.BRIDGE
                || kind == FrontSettings.Kind.TUN;
        if (needsInterface && front.networkInterface().isEmpty()) {
            fields.problem("kind", "front '" + kind.name().toLowerCase(Locale.ROOT) + "' has no 'interface'");
        }
        fields.finish();
        return front;
    }

    private Limits limits(Section section) {
        Fields fields = new Fields(section, problems);
        Limits absent = Limits.DEFAULTS;
        Limits limits = new Limits(fields.integer("boots", absent.boots(), 1, 1000),
                fields.size("memory", absent.memory()), fields.integer("waiting", absent.waiting(), 1, 10_000_000),
                fields.integer("prewarmed", absent.prewarmed(), 0, 10_000));
        fields.finish();
        return limits;
    }

    private List<ServiceSettings> services(Fields root, Optional<String> zone, FrontSettings.Kind front) {
        Optional<Node> node = root.node("services");
        if (node.isEmpty() || !(node.get() instanceof Items list)) {
            root.problem("services", node.map(found -> "'services' is " + found.shown() + ", not a list")
                    .orElse("there is no 'services'"));
            return List.of();
        }
        if (list.items().size() > MAX_SERVICES) {
            root.problem("services", "there are " + list.items().size() + " services, more than " + MAX_SERVICES);
        }
        Map<String, Integer> names = new HashMap<>();
        SharingCheck sharing = new SharingCheck(front, problems);
        List<ServiceSettings> services = new ArrayList<>();
        for (Node item : list.items()) {
            if (item instanceof Section section) {
                ServiceSettings service = new ServiceReader(section, launchers, front, problems).read();
                services.add(service);
                unique(names, "name", service.name(), section.lineOf("name"));
                sharing.check(service, section);
                service.dns().forEach(dns -> unique(names, "DNS name", dns, section.lineOf("dns")));
                service.dns().stream().filter(dns -> zone.isPresent() && !dns.endsWith("." + zone.get()))
                        .forEach(dns -> problems.add(new Problem(section.lineOf("dns"),
                                "DNS name '" + dns + "' is not in the zone '" + zone.get() + "'")));
            } else {
                problems.add(new Problem(item.line(), "a service is " + item.shown()
                        + ", not a map of keys and values"));
            }
        }
        return services;
    }

    private void unique(Map<String, Integer> names, String what, String name, int line) {
        Integer earlier = name.isEmpty() ? null : names.putIfAbsent(what + " " + name, line);
        if (earlier != null) {
            problems.add(new Problem(line, what + " '" + name + "' is taken by the service on line " + earlier));
        }
    }

    /** A DNS name as it is compared. */
    static String name(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
