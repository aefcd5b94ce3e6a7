package dev.conduit.rendezvous.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientNetworkTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.1, true", "10.0.0.0/8, 11.0.0.1, false", "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false", "0.0.0.0/0, 203.0.113.9, true", "0.0.0.0/0, ::1, false",
        "10.9.0.0/20, 10.9.15.255, true", "10.9.0.0/20, 10.9.16.0, false", "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false", "::1, ::1, true", "2001:db8:0:8000::/49, 2001:db8:0:ffff::1, true"
    })
    void shouldContainAddresses(String network, String address, boolean contained) throws Exception {
        assertThat(ClientNetwork.parse(network).contains(InetAddress.getByName(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0/8", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "lab.test/8"})
    void shouldRefuseWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> ClientNetwork.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s).*(is not an address|no number after|is not between).*");
    }
}
