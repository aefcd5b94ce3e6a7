package dev.conduit.synjitsu.carry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KernelConnectionsTest {

    private static Set<InetSocketAddress> ends(String... lines) {
        Set<InetSocketAddress> ends = new HashSet<>();
        for (String line : lines) {
            KernelConnections.add(line, ends);
        }
        return ends;
    }

    @Test
    void shouldReadAddressesAndStates() throws Exception {
        assumeThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(ends("   0: 0A004D0A:0050 01004D0A:C350 01 00000000:00000000 00:00000000 00000000     0        0 1 1",
                "   1: 0B004D0A:0050 00000000:0000 0A 00000000:00000000", "   2: 0C004D0A:0050 01004D0A:C350 06 0:0",
                "   3: 0000000000000000FFFF00000D004D0A:01BB 0000000000000000FFFF000001004D0A:C350 08 0:0",
                "   4: 000077FD000000000000000010000000:0050 000077FD000000000000000001000000:C350 03 0:0", "", "  sl"))
                .containsExactlyInAnyOrder(new InetSocketAddress("10.77.0.10", 80), new InetSocketAddress("10.77.0.13", 443),
                        new InetSocketAddress("fd77::10", 80));
    }

    @Test
    void shouldSeeConnectionsThatNobodyHasAcceptedAndThoseThatWereClosed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            InetSocketAddress here = (InetSocketAddress) server.getLocalSocketAddress();
            assertThat(KernelConnections.ends()).doesNotContain(here);
            try (Socket client = new Socket(here.getAddress(), here.getPort())) {
                assertThat(KernelConnections.ends()).contains(here);
                Socket accepted = server.accept();
                accepted.getOutputStream().write(1);
                accepted.close();
                assertThat(KernelConnections.ends()).as("the client has not ended it").contains(here);
                assertThat(client.getInputStream().read()).isEqualTo(1);
            }
        }
    }
}
