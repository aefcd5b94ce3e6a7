package dev.conduit.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Others' programs as clients of a service that sleeps: their connections begin at the front and are adopted. */
@Timeout(300)
final class PeersTest {

    private static final String URL = "http://10.77.0.10/";
    private static final int LARGE = 50_000_000;
    private static final int ON_A_BAD_WIRE = 3_000_000;

    @TempDir
    private Path folder;

    private Site site;

    @AfterEach
    void stop() throws Exception {
        if (site != null) {
            if (Files.exists(folder.resolve("services.yaml"))) {
                site.stopService("www");
            }
            site.close();
        }
    }

    private static void require(String program, String debianPackage) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin", program)),
                program + " is not here; on Debian: apt-get install " + debianPackage);
    }

    /** @param server runs in the guest beside it, in a shell's words; ports of it are relayed */
    private void start(Long seed, String server, String... ports) throws Exception {
        site = new Site(folder, seed);
        site.tap();
        List<String> guest = Site.strongJava(PeersGuest.class.getName(), "eth0", "10.77.0.10/24", String.join(" ", ports));
        Path script = Files.writeString(folder.resolve("guest.sh"), server + "\nexec " + String.join(" ", guest) + "\n");
        site.startJitsud("""
                front: { kind: tap, interface: f0 }
                services:
                  - name: www
                    addresses: ["10.77.0.10"]
                    ports: [80%s]
                    launcher: process
                    process: { command: [sh, %s], network: { bridge: br0, quiet: true } }
                    ready: { xenstore: data/state, value: up, within: 60s }
                    receive: adopt
                """.formatted(ports.length == 0 ? "" : ", " + String.join(", ", ports), script));
    }

    private void requireSameBytesBothWays(int count) throws Exception {
        Path got = folder.resolve("got");
        site.curl("-o", got.toString(), URL + count);
        try (InputStream input = Files.newInputStream(got)) {
            assertThat(PlainServer.digestOf(input, count)).as("what curl got").isEqualTo(PlainServer.digest(count));
        }
        site.awaitLog("www: has taken 1 connections");
        site.stopService("www");
        Path sent = folder.resolve("sent");
        try (OutputStream output = Files.newOutputStream(sent)) {
            PlainServer.write(output, count);
        }
        assertThat(site.curl("-H", "Expect:", "-T", sent.toString(), URL + "x")).as("what the service got")
                .isEqualTo(PlainServer.digest(count) + "\n");
        await().atMost(Site.LONG).until(() -> site.log().split("www: has taken 1 connections", -1).length == 3);
    }

    @Test
    void shouldCarryMuchEachWayOnOneConnection() throws Exception {
        start(null, "");
        site.requireTransfer("10.77.0.10", Site.TRANSFER);
        site.awaitLog("www: has taken 1 connections");
        site.requireNothingNoticed();
    }

    @Test
    void shouldShowNoFaultToTshark() throws Exception {
        require("tcpdump", "tcpdump");
        require("tshark", "tshark");
        start(null, "");
        Path capture = folder.resolve("capture.pcap");
        Process tcpdump = site.startInClient(folder.resolve("tcpdump.log"), List.of("tcpdump", "-i", "eth0", "-U", "-s", "200",
                "-B", "65536", "-Z", "root", "-w", capture.toString(), "tcp"));
        await().atMost(Site.LONG).until(() -> Files.exists(capture) && Files.size(capture) > 0);
        requireSameBytesBothWays(LARGE);
        site.requireNothingNoticed();
        tcpdump.destroy();
        assertThat(tcpdump.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("tcpdump.log"))).contains("0 packets dropped by kernel");
        assertThat(tshark(capture, "tcp.flags.syn==1 && tcp.flags.ack==0").lines()).as("connections").hasSize(2);
        assertThat(tshark(capture, "tcp.flags.reset==1")).as("resets").isEmpty();
        assertThat(tshark(capture, "tcp.analysis.retransmission && tcp.flags.syn==1")).as("SYNs sent again").isEmpty();
        assertThat(tshark(capture, "_ws.malformed")).as("segments that are none").isEmpty();
        // A guest's kernel leaves the checksums of data open on such a wire; the front, whose the SYN-ACKs are, does not.
        assertThat(tshark(capture, "ip.src==10.77.0.10 && tcp.flags.syn==1 && tcp.checksum.status==1 && ip.checksum.status==1")
                .lines()).as("SYN-ACKs with good checksums").hasSize(2);
    }

    private static String tshark(Path capture, String filter) throws Exception {
        Process tshark = new ProcessBuilder("tshark", "-r", capture.toString(), "-o", "tcp.check_checksum:TRUE", "-o",
                "ip.check_checksum:TRUE", "-Y", filter).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String lines = new String(tshark.getInputStream().readAllBytes());
        assertThat(tshark.waitFor()).as(filter).isZero();
        return lines;
    }

    @Test
    void shouldLoseNothingOnABadWire() throws Exception {
        start(7L, "");
        requireSameBytesBothWays(ON_A_BAD_WIRE);
        site.requireNoReset();
    }

    @Test
    void shouldServeWrk() throws Exception {
        require("wrk", "wrk");
        start(null, "");
        String said = site.namespaces.in(site.client, "wrk", "-t", "2", "-c", "50", "-d", "3", "--timeout", "30", URL + "1000");
        assertThat(said).doesNotContain("Socket errors").doesNotContain("Non-2xx").containsPattern("[1-9][0-9]+ requests in");
        // wrk tries the address with one more before it begins.
        site.awaitLog("www: has taken 51 connections");
        assertThat(site.namespaces.counter(site.client, "TcpExt", "TCPSynRetrans")).as("SYNs sent again").isZero();
    }

    @Test
    void shouldServeOpenssl() throws Exception {
        require("openssl", "openssl");
        start(null, "openssl req -x509 -newkey rsa:2048 -nodes -keyout " + folder.resolve("key") + " -out "
                + folder.resolve("certificate") + " -subj /CN=www.example.org -days 2 2>" + folder.resolve("openssl.log") + "\n"
                + "openssl s_server -quiet -www -accept 127.0.0.1:443 -key " + folder.resolve("key") + " -cert "
                + folder.resolve("certificate") + " &", "443");
        String said = site.namespaces.in(site.client, "sh", "-c", "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 60"
                + " openssl s_client -quiet -ign_eof -connect 10.77.0.10:443 -servername www.example.org 2>&1");
        assertThat(said).contains("HTTP/1.0 200 ok").contains("TLSv1.3");
        site.awaitLog("www: has taken 1 connections");
        site.requireNothingNoticed();
    }

    @Test
    void shouldServeIperf3() throws Exception {
        require("iperf3", "iperf3");
        start(null, "iperf3 -s -B 127.0.0.1 >" + folder.resolve("iperf3.log") + " &", "5201");
        for (String direction : List.of("", "-R")) {
            String said = site.namespaces.in(site.client, "sh", "-c", "iperf3 -c 10.77.0.10 -t 1 --json " + direction);
            assertThat(said).as(said).doesNotContain("\"error\"");
            String received = said.substring(said.indexOf("\"sum_received\""));
            assertThat(Double.parseDouble(received.replaceAll("(?s).*?\"bits_per_second\":\\s*([0-9.e+]+).*", "$1")))
                    .as("bits a second %s", direction).isGreaterThan(1e7);
        }
        site.awaitLog("www: has taken 1 connections");
        assertThat(site.namespaces.counter(site.client, "TcpExt", "TCPSynRetrans")).as("SYNs sent again").isZero();
    }
}
