package dev.conduit.rendezvous.launch.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.StopMode;
import dev.conduit.rendezvous.launch.support.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guests in networks of their own, on a bridge that leads nowhere else. */
@Timeout(300)
class ProcessNetworkTest {

    private final String bridge = "cdt" + ProcessHandle.current().pid();
    private Program ip;
    private ProcessFixture fixture;

    @BeforeEach
    void open() throws Exception {
        ip = Program.find("ip", Program.systemFolders());
        assumeTrue(ip != null, "needs Debian's iproute2");
        assumeTrue(ip.run(ProcessFixture.LONG, List.of("link", "add", bridge, "type", "bridge")).exit() == 0,
                "needs CAP_NET_ADMIN");
        ip.call(ProcessFixture.LONG, "link", "set", bridge, "up");
        fixture = new ProcessFixture();
    }

    @AfterEach
    void close() throws Exception {
        if (fixture != null) {
            fixture.close();
            ip.call(ProcessFixture.LONG, "link", "del", bridge);
        }
    }

    private static void require(String program, String debianPackage) {
        assumeTrue(Program.find(program, Program.systemFolders()) != null, "needs Debian's " + debianPackage);
    }

    @Test
    void shouldGiveGuestsTheirAddressesOnABridge() throws Exception {
        require("python3", "python3");
        require("curl", "curl");
        Files.writeString(fixture.folder.resolve("hello"), "from another network");
        GuestSpec server = fixture.networked("server", bridge, "10.199.7.2",
                "python3", "-m", "http.server", "--directory", fixture.folder.toString(), "--bind", "10.199.7.2", "8000");
        GuestSpec client = fixture.networked("client", bridge, "10.199.7.3", "sh", "-c",
                "curl -s --retry 60 --retry-delay 1 --retry-connrefused http://10.199.7.2:8000/hello; echo; exec sleep 600");
        int domain = fixture.start(server);
        fixture.start(client);
        await().atMost(ProcessFixture.LONG)
                .untilAsserted(() -> assertThat(fixture.log(client)).contains("from another network"));
        Path device = Path.of("/sys/class/net/conduit" + domain);
        assertThat(device).exists();
        fixture.launcher.stop(server, StopMode.DESTROY, ProcessFixture.LONG);
        await("the kernel removes it").atMost(ProcessFixture.LONG).until(() -> !Files.exists(device));
    }

    @Test
    void shouldSetUpBothFamiliesAndAStableMac() throws Exception {
        GuestSpec guest = fixture.networked("web", bridge, "10.199.7.2", "ip", "-o", "address");
        fixture.start(guest);
        await().atMost(ProcessFixture.LONG).untilAsserted(() -> assertThat(fixture.log(guest))
                .contains("inet 127.0.0.1/8").contains("inet 10.199.7.2/24").contains("inet6 fd99::7:2/64"));
        assertThat(GuestNetwork.mac("web")).isEqualTo(GuestNetwork.mac("web")).startsWith("02:").hasSize(17)
                .isNotEqualTo(GuestNetwork.mac("www"));
    }

    @Test
    void shouldKeepAddressesOfQuietGuestsFromNeighbours() throws Exception {
        GuestSpec guest = fixture.networked("web", bridge, "10.199.7.2", true, "sh", "-c",
                "ip -o address; ip -o route; ip -o -6 route; cat /proc/sys/net/ipv4/conf/eth0/arp_ignore");
        fixture.start(guest);
        await().atMost(ProcessFixture.LONG).untilAsserted(() -> assertThat(fixture.log(guest))
                .containsPattern("lo +inet 10.199.7.2/32").containsPattern("lo +inet6 fd99::7:2/128")
                .contains("10.199.7.0/24 dev eth0").contains("src 10.199.7.2").containsPattern("fd99::/64 dev eth0 .*src fd99::7:2")
                .endsWith("\n1\n").doesNotContainPattern("eth0 +inet 10"));
    }

    @Test
    void shouldTellThatThereIsNoBridge() throws Exception {
        GuestSpec guest = fixture.networked("web", "nobr0", "10.199.7.2", "true");
        assertThatThrownBy(() -> fixture.start(guest)).hasMessage("guest web was not started: network: there is no"
                + " bridge 'nobr0': make it with:"
                + " ip link add nobr0 type bridge");
    }

    @Test
    void shouldNameTheMissingRight() throws Exception {
        require("setpriv", "util-linux");
        fixture.launcher.close();
        Process other = fixture.otherLauncher(List.of("setpriv", "--bounding-set", "-net_admin"), bridge, "true");
        try (var lines = other.inputReader()) {
            assertThat(ProcessFixture.line(lines)).isEqualTo("ready");
            assertThat(ProcessFixture.line(lines)).isEqualTo(
                    "guest web was not started: network: a network"
                    + " of its own needs the right CAP_NET_ADMIN, which this process does not have");
        } finally {
            ProcessFixture.kill(other);
        }
    }
}
