package dev.conduit.rendezvous.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What BIND's dig, Knot's kdig and NLnet Labs' drill make of the server. */
@Timeout(300)
class DigTest {

    private static DnsServer server;

    @BeforeAll
    static void start() throws IOException {
        server = DnsServer.start(Servers.lab((name, type) -> name.toString().startsWith("silent")
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(name.toString().startsWith("full")
                        ? DnsAnswer.outOfResources() : DnsAnswer.noSuchName()))
                .withSourceDeadline(Duration.ofMillis(200)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String dig(String... arguments) throws Exception {
        Programs.require("dig", "bind9-dnsutils");
        return ask("dig", "+tries=1", "+time=30", arguments);
    }

    private static String kdig(String... arguments) throws Exception {
        Programs.require("kdig", "knot-dnsutils");
        return ask("kdig", "+retry=0", "+time=30", arguments);
    }

    private static String ask(String program, String once, String patience, String... arguments) throws Exception {
        return ask(Servers.address(server), program, once, patience, arguments);
    }

    private static String ask(InetSocketAddress address, String program, String once, String patience,
            String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(program, "@" + address.getAddress().getHostAddress(), "-p", "" + address.getPort(),
                once, patience));
        command.addAll(List.of(arguments));
        return Programs.run(command);
    }

    private static List<String> shortAnswer(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("+short"));
        all.addAll(List.of(arguments));
        return dig(all.toArray(String[]::new)).lines().toList();
    }

    @Test
    void shouldGiveDigItsRecords() throws Exception {
        assertThat(shortAnswer("www.lab.test", "A")).containsExactlyInAnyOrder("192.0.2.10", "192.0.2.11");
        assertThat(shortAnswer("WWW.lab.TEST", "AAAA")).containsExactly("2001:db8::10");
        assertThat(shortAnswer("_http._tcp.lab.test", "SRV")).containsExactly("10 20 8080 www.lab.test.");
        assertThat(shortAnswer("txt.lab.test", "TXT")).containsExactly("\"one\" \"two\"");
        assertThat(shortAnswer("ptr.lab.test", "PTR")).containsExactly("www.lab.test.");
        assertThat(shortAnswer("lab.test", "SOA")).containsExactly("ns.lab.test. admin.lab.test. 7 3600 600 86400 60");
        assertThat(shortAnswer("lab.test", "NS")).containsExactly("ns.lab.test.");
        assertThat(shortAnswer("x.wild.lab.test", "A")).containsExactly("192.0.2.77");
        assertThat(shortAnswer("chain.lab.test", "AAAA")).containsExactly("alias.lab.test.", "www.lab.test.", "2001:db8::10");
    }

    @Test
    void shouldTellDigWhy() throws Exception {
        assertThat(dig("nothing.lab.test")).contains("status: NXDOMAIN").containsPattern("lab.test.\\s+60\\s+IN\\s+SOA")
                .containsPattern("flags: qr aa rd;");
        assertThat(dig("www.lab.test", "MX")).contains("status: NOERROR", "ANSWER: 0", "AUTHORITY: 1");
        assertThat(dig("www.example.org")).contains("status: REFUSED", "recursion requested but not available");
        assertThat(dig("full.lab.test")).contains("status: SERVFAIL");
        assertThat(dig("silent.lab.test")).contains("status: SERVFAIL");
        assertThat(dig("+opcode=notify", "lab.test", "SOA")).contains("opcode: NOTIFY", "status: NOTIMP");
        assertThat(dig("+noednsneg", "+edns=1", "www.lab.test")).contains("status: BADVERS", "EDNS: version: 0");
        assertThat(dig("+header-only")).contains("status: FORMERR");
        assertThat(dig("-y", "hmac-sha256:key:c2VjcmV0", "www.lab.test")).contains("status: NOTAUTH");
        assertThat(dig("lab.test", "AXFR")).contains("Transfer failed");
        assertThat(dig("version.bind", "CH", "TXT")).contains("status: REFUSED");
    }

    @Test
    void shouldSwitchDigToTcpWhenTruncated() throws Exception {
        assertThat(dig("+noedns", "+ignore", "big.lab.test", "TXT")).containsPattern("flags: qr aa tc rd;");
        assertThat(dig("+noedns", "big.lab.test", "TXT")).contains("Truncated, retrying in TCP mode", "ANSWER: 3");
        assertThat(dig("+bufsize=1232", "big.lab.test", "TXT")).contains("ANSWER: 3").doesNotContain("retrying");
        assertThat(dig("+tcp", "+keepopen", "www.lab.test", "A", "www.lab.test", "AAAA")).contains("(TCP)", "2001:db8::10");
    }

    /** dig warns of whatever looks wrong in a reply. */
    @Test
    void shouldGiveDigNoReasonToWarn() throws Exception {
        for (String edns : List.of("+edns=0", "+noedns", "+dnssec", "+ednsopt=65001:0102", "+nsid", "+cookie",
                "+subnet=192.0.2.0/24", "+padding=128", "+tcp")) {
            String replies = dig(edns, "www.lab.test", "nothing.lab.test", "chain.lab.test", "loop1.lab.test",
                    "x.sub.lab.test", "outside.lab.test", "x.calias.lab.test", "b.c.lab.test");
            assertThat(replies.lines().filter(line -> line.contains("status: N"))).as(edns).hasSize(8);
            assertThat(replies).as(edns).doesNotContainPattern("(?i)warning: (?!recursion)")
                    .doesNotContain("malformed", "mismatch");
        }
    }

    @Test
    void shouldGiveDigACookieItKnowsAgain() throws Exception {
        String first = dig("+cookie=0123456789abcdef", "www.lab.test");
        assertThat(first).containsPattern("; COOKIE: 0123456789abcdef01000000[0-9a-f]{24} \\(good\\)");
        String whole = first.replaceAll("(?s).*COOKIE: ([0-9a-f]{48}) .*", "$1");
        assertThat(dig("+cookie=" + whole, "nothing.lab.test"))
                .containsPattern("; COOKIE: 0123456789abcdef01000000[0-9a-f]{24} \\(good\\)").contains("status: NXDOMAIN");
        assertThat(dig("+ednsopt=10:0102", "+nocookie", "www.lab.test")).contains("status: FORMERR");
    }

    @Test
    void shouldSatisfyKdig() throws Exception {
        assertThat(kdig("www.lab.test", "A")).contains("status: NOERROR", "192.0.2.10", "192.0.2.11");
        assertThat(kdig("+edns", "+dnssec", "x.sub.lab.test", "A")).contains("ns.sub.lab.test.", "192.0.2.80",
                "flags: do; UDP size: 1232 B");
        assertThat(kdig("+noall", "+answer", "-x", "192.0.2.10")).doesNotContain("PTR");
        assertThat(kdig("+tcp", "+keepopen", "www.lab.test", "A", "big.lab.test", "TXT")).contains("192.0.2.10", "zzz");
        assertThat(kdig("www.lab.test", "ANY")).contains("status: NOERROR");
    }

    @Test
    void shouldAnswerDigOverIpv6() throws Exception {
        Programs.require("dig", "bind9-dnsutils");
        assumeTrue(Servers.hasIpv6(), "this machine has no IPv6 on loopback");
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("::1"), 0);
        try (DnsServer sixth = DnsServer.start(Servers.lab().withListen(List.of(any)))) {
            InetSocketAddress address = Servers.address(sixth);
            String both = ask(address, "dig", "+tries=1", "+time=30", "-6", "www.lab.test", "AAAA", "+tcp", "www.lab.test", "A");
            assertThat(both).contains("2001:db8::10", "192.0.2.10")
                    .containsPattern("SERVER: ::1#.* \\(UDP\\)").containsPattern("SERVER: ::1#.* \\(TCP\\)");
            assertThat(ask(address, "dig", "+tries=1", "+time=30", "-6", "+noedns", "big.lab.test", "TXT"))
                    .contains("Truncated, retrying in TCP mode", "ANSWER: 3");
        }
    }

    @Test
    void shouldSatisfyDrill() throws Exception {
        Programs.require("drill", "ldnsutils");
        InetSocketAddress address = Servers.address(server);
        String reply = Programs.run(List.of("drill", "-p", "" + address.getPort(), "chain.lab.test",
                "@" + address.getHostString(), "A"));
        assertThat(reply).contains("rcode: NOERROR", "192.0.2.10", "flags: qr aa rd");
    }
}
