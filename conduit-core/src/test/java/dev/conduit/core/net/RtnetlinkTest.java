package dev.conduit.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.core.PlatformException;
import dev.conduit.core.namespaces.Namespaces;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses and routes on the test's end of a wire, as the kernel has them. Needs root. */
final class RtnetlinkTest {

    private Namespaces namespaces;
    private String device;
    private Rtnetlink kernel;

    @BeforeEach
    void makeWire() throws IOException {
        namespaces = new Namespaces();
        String peer = namespaces.add("p");
        device = namespaces.unique("w");
        namespaces.ip(peer, "link", "add", device, "type", "veth", "peer", "name", "eth0");
        namespaces.ip(peer, "link", "set", "eth0", "up");
        namespaces.bring(peer, device);
        kernel = Rtnetlink.open();
    }

    @AfterEach
    void giveBack() throws IOException {
        if (namespaces != null) {
            kernel.close();
            namespaces.close();
        }
    }

    private List<String> addresses() throws IOException {
        NetworkInterface found = NetworkInterface.getByName(device);
        return found == null ? List.of() : found.getInterfaceAddresses().stream().map(RtnetlinkTest::text).toList();
    }

    private static String text(InterfaceAddress each) {
        return each.getAddress().getHostAddress().replaceAll("%.*", "") + "/" + each.getNetworkPrefixLength();
    }

    private static void requireUsable(InetAddress address) {
        assertThatCode(() -> new DatagramSocket(new InetSocketAddress(address, 0)).close()).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.1, 24", "198.51.100.1, 32", "2001:db8:0:0:0:0:0:1, 64", "2001:db8:0:0:0:0:0:1, 128"})
    void shouldGiveAndTakeAddress(String text, int prefix) throws Exception {
        InetAddress address = InetAddress.getByName(text);
        for (int twice = 0; twice < 2; twice++) {
            kernel.putAddress(device, address, prefix);
            assertThat(addresses()).containsExactly(text + "/" + prefix);
            requireUsable(address);
        }
        for (int twice = 0; twice < 2; twice++) {
            kernel.removeAddress(device, address, prefix);
            assertThat(addresses()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.1, 32, 24, 198.51.100.77", "2001:db8::1, 128, 64, 2001:db8::77"})
    void shouldMakeRoute(String text, int alone, int prefix, String neighbour) throws Exception {
        InetAddress address = InetAddress.getByName(text);
        kernel.putAddress(device, address, alone);
        for (int twice = 0; twice < 2; twice++) {
            kernel.putRoute(device, address, prefix, 4096);
            assertThat(ip("route", "get", neighbour)).contains("dev " + device).contains("src " + text);
        }
        assertThat(ip(text.contains(":") ? "-6" : "-4", "route", "show", "dev", device, "metric", "4096").lines()).hasSize(1);
    }

    private static String ip(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return new String(new ProcessBuilder(command).redirectErrorStream(true).start().getInputStream().readAllBytes());
    }

    @Test
    void shouldNameInterfaceThatIsMissing() throws Exception {
        InetAddress address = InetAddress.getByName("198.51.100.1");
        assertThatThrownBy(() -> kernel.putAddress("nothere0", address, 24)).isInstanceOf(PlatformException.class)
                .hasMessage("there is no interface nothere0 in this network namespace");
        assertThatThrownBy(() -> kernel.putRoute("nothere0", address, 24, 1)).isInstanceOf(PlatformException.class)
                .hasMessage("there is no interface nothere0 in this network namespace");
        assertThatCode(() -> kernel.removeAddress("nothere0", address, 24)).doesNotThrowAnyException();
    }

    @Test
    void shouldSayWhatTheKernelRefuses() throws Exception {
        InetAddress four = InetAddress.getByName("198.51.100.1");
        assertThatThrownBy(() -> kernel.putRoute(device, four, 24, 1)).isInstanceOf(PlatformException.class)
                .hasMessage("route to 198.51.100.0/24 from 198.51.100.1 on interface " + device + ": EINVAL");
        Files.writeString(Path.of("/proc/sys/net/ipv6/conf", device, "disable_ipv6"), "1");
        assertThatThrownBy(() -> kernel.putAddress(device, InetAddress.getByName("2001:db8::1"), 64))
                .isInstanceOf(PlatformException.class)
                .hasMessage("address 2001:db8:0:0:0:0:0:1/64 on interface " + device
                        + ": IPv6 is switched off there (EACCES): set net.ipv6.conf." + device + ".disable_ipv6 to 0");
    }

    @ParameterizedTest
    @CsvSource({"198.51.100.1, 0, 32", "198.51.100.1, 33, 32", "2001:db8:0:0:0:0:0:1, 129, 128"})
    void shouldRefusePrefixThatNoNetworkHas(String text, int prefix, int most) throws Exception {
        InetAddress address = InetAddress.getByName(text);
        assertThatThrownBy(() -> kernel.putAddress(device, address, prefix)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prefix " + prefix + " of " + text + " is not between 1 and " + most);
    }

    @Test
    void shouldRefuseToWorkWhenClosed() {
        kernel.close();
        assertThatThrownBy(() -> kernel.putAddress(device, InetAddress.getByName("198.51.100.1"), 24))
                .isInstanceOf(ClosedChannelException.class);
    }
}
