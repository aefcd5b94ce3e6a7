package dev.conduit.rendezvous.resolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.rendezvous.nameserver.OneCodeServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A name server that is not there. */
@Timeout(120)
class DnsServersTest {

    @Test
    void shouldAskSilentServerTwiceAndSaySo() throws IOException {
        try (OneCodeServer silent = new OneCodeServer(OneCodeServer.SILENT)) {
            DnsResolver resolver = DnsResolver.of(List.of(silent.address()));
            assertThatThrownBy(() -> resolver.resolve(Target.parse("tcp://www.lab.test:80"), Duration.ofSeconds(60)))
                    .isInstanceOf(IOException.class).hasMessage("DNS has no answer for www.lab.test A: 127.0.0.1:"
                            + silent.address().getPort() + " says nothing");
            assertThat(silent.questions()).as("A and AAAA, each twice").isEqualTo(4);
        }
    }
}
