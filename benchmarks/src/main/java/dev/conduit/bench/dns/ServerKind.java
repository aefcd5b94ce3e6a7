package dev.conduit.bench.dns;

import dev.conduit.bench.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The servers that are measured, each with the same names. */
enum ServerKind {

    ZONE("conduit, zone file", null, null) {
        @Override
        List<String> command(Path directory, NameFiles names, int port) {
            return JavaCommand.of(HEAP_MEGABYTES, ServerMain.class, "zone", names.zone().toString(), "" + port);
        }
    },

    LIVE("conduit, live names", null, null) {
        @Override
        List<String> command(Path directory, NameFiles names, int port) {
            return JavaCommand.of(HEAP_MEGABYTES, ServerMain.class, "live", names.zone().toString(), "" + port);
        }
    },

    DNSMASQ("dnsmasq", "dnsmasq", "dnsmasq-base") {
        @Override
        List<String> command(Path directory, NameFiles names, int port) {
            return List.of("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=" + port,
                    "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts", "--user=root",
                    "--addn-hosts=" + names.hosts(), "--pid-file=" + directory.resolve("pid"));
        }
    },

    KNOT("Knot", "knotd", "knot") {
        @Override
        List<String> command(Path directory, NameFiles names, int port) throws IOException {
            Path configuration = directory.resolve("knot.conf");
            Files.writeString(configuration, String.join("\n",
                    "server:",
                    "    rundir: \"" + directory + "\"",
                    "    listen: 127.0.0.1@" + port,
                    "    udp-workers: 2",
                    "database:",
                    "    storage: \"" + directory + "\"",
                    "zone:",
                    "  - domain: " + NameFiles.ORIGIN,
                    "    file: \"" + names.zone() + "\"",
                    "    journal-content: none",
                    "    zonefile-sync: -1",
                    ""));
            return List.of("knotd", "--config", configuration.toString());
        }
    };

    static final int HEAP_MEGABYTES = 256;

    private final String label;
    private final String program;
    private final String debianPackage;

    ServerKind(String label, String program, String debianPackage) {
        this.label = label;
        this.program = program;
        this.debianPackage = debianPackage;
    }

    /** What to do about a program that is not installed. */
    Optional<String> missing() {
        return program == null ? Optional.empty() : DnsPerf.missing(program, debianPackage);
    }

    String label() {
        return label;
    }

    /** The command line that runs it in the foreground. */
    abstract List<String> command(Path directory, NameFiles names, int port) throws IOException;
}
