package dev.conduit.rendezvous.nameserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * A name server from Debian on loopback, with a throw-away configuration: primary for {@code lab.test}, which one TSIG
 * key may change, and, on BIND, in charge of {@code broken.test}, whose file is missing, so that it answers SERVFAIL.
 */
public final class NameServer implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(60);

    /** Which program. */
    public enum Kind {
        BIND,
        KNOT
    }

    private final Path folder;
    private final InetSocketAddress address;
    private final String secret;
    private final List<String> command;
    private Process process;

    private NameServer(Kind kind, InetAddress host, int port, String records, List<String> prefix) throws IOException {
        Path program = Path.of(kind == Kind.BIND ? "/usr/sbin/named" : "/usr/sbin/knotd");
        assumeTrue(Files.isExecutable(program),
                () -> program + " is missing: apt-get install " + (kind == Kind.BIND ? "bind9" : "knot"));
        folder = Files.createTempDirectory("nameserver");
        address = new InetSocketAddress(host, port);
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        secret = Base64.getEncoder().encodeToString(bytes);
        Files.writeString(folder.resolve("lab.test.zone"), """
                $ORIGIN lab.test.
                $TTL 30
                @ IN SOA ns.lab.test. hostmaster.lab.test. 1 3600 600 86400 7
                @ IN NS ns.lab.test.
                ns IN A 127.0.0.1
                """ + records);
        Path config = Files.writeString(folder.resolve("server.conf"), kind == Kind.BIND ? bind() : knot());
        command = new ArrayList<>(prefix);
        command.addAll(kind == Kind.BIND
                ? List.of(program.toString(), "-g", "-n", "1", "-c", config.toString())
                : List.of(program.toString(), "-c", config.toString()));
    }

    /** Starts a server on a free port of loopback; with more records in {@code lab.test}. */
    public static NameServer start(Kind kind, String records) throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            port = free.getLocalPort();
        }
        NameServer server = new NameServer(kind, loopback, port, records, List.of());
        server.start();
        server.awaitAnswer();
        return server;
    }

    private void awaitAnswer() throws IOException {
        try {
            await().atMost(LONG).ignoreExceptions().until(() ->
                    query("lab.test", Type.SOA).getRcode() == Rcode.NOERROR);
        } catch (ConditionTimeoutException dumb) {
            String log = Files.readString(folder.resolve("log"));
            close();
            throw new IOException(command + " does not answer: " + log, dumb);
        }
    }

    /** Starts a server in a network namespace, where this process cannot ask it. */
    public static NameServer startIn(List<String> namespace, Kind kind, InetSocketAddress address) throws IOException {
        NameServer server = new NameServer(kind, address.getAddress(), address.getPort(), "", namespace);
        server.start();
        return server;
    }

    /** Starts the program again, with what it had. */
    public void start() throws IOException {
        process = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
    }

    public InetSocketAddress address() {
        return address;
    }

    /** The secret of key {@code conduit}, hmac-sha256, which may change the zone. */
    public String secret() {
        return secret;
    }

    public Message query(String name, int type) throws IOException {
        SimpleResolver resolver = new SimpleResolver(address);
        resolver.setTimeout(Duration.ofSeconds(5));
        return resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN)));
    }

    /** The data of the records of one type, sorted. */
    public List<String> records(String name, int type) throws IOException {
        Message answer = query(name, type);
        assertThat(answer.getRcode()).as(answer.toString()).isIn(Rcode.NOERROR, Rcode.NXDOMAIN);
        return answer.getSection(Section.ANSWER).stream().filter(record -> record.getType() == type)
                .map(Record::rdataToString).sorted().toList();
    }

    private String bind() {
        return """
                options {
                  directory "%1$s"; pid-file none; session-keyfile "%1$s/session.key"; lock-file none;
                  listen-on port %3$d { %2$s; }; listen-on-v6 { none; };
                  recursion no; dnssec-validation no; notify no; minimal-responses yes;
                };
                controls { };
                key "conduit" { algorithm hmac-sha256; secret "%4$s"; };
                key "powerless" { algorithm hmac-sha256; secret "%4$s"; };
                zone "lab.test" { type primary; file "%1$s/lab.test.zone"; allow-update { key "conduit"; }; };
                zone "broken.test" { type primary; file "%1$s/missing"; };
                """.formatted(folder, address.getAddress().getHostAddress(), address.getPort(), secret);
    }

    private String knot() {
        return """
                server:
                    rundir: "%1$s"
                    listen: "%2$s@%3$d"
                    udp-workers: 1
                    tcp-workers: 1
                    background-workers: 1
                log:
                  - target: stderr
                    any: info
                database:
                    storage: "%1$s"
                key:
                  - id: conduit
                    algorithm: hmac-sha256
                    secret: "%4$s"
                  - id: powerless
                    algorithm: hmac-sha256
                    secret: "%4$s"
                acl:
                  - id: conduit
                    key: conduit
                    action: update
                zone:
                  - domain: lab.test
                    storage: "%1$s"
                    file: lab.test.zone
                    zonefile-load: whole
                    acl: conduit
                """.formatted(folder, address.getAddress().getHostAddress(), address.getPort(), secret);
    }

    @Override
    public void close() throws IOException {
        kill();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
