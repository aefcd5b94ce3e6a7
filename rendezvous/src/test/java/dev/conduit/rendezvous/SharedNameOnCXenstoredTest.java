package dev.conduit.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several servers under one name on Debian's C xenstored: its permissions, its quotas, its clean-up of dead domains. */
@Timeout(60)
class SharedNameOnCXenstoredTest {

    private final List<Platform> guests = new ArrayList<>();
    private final List<Conduit> conduits = new ArrayList<>();
    private LocalFixture local;
    private CDaemon daemon;

    @BeforeEach
    void open() throws IOException {
        local = new LocalFixture();
        daemon = new CDaemon();
        for (int i = 0; i < 4; i++) {
            guests.add(daemon.guest(local.platform("guest" + i)));
            conduits.add(Conduit.open(guests.get(i)));
        }
    }

    @AfterEach
    void close() throws IOException {
        conduits.forEach(Conduit::close);
        guests.forEach(guest -> guest.xenStore().close());
        if (daemon != null) {
            daemon.close();
        }
        local.close();
    }

    private DomainId domain(int guest) {
        return guests.get(guest).self();
    }

    @Test
    void shouldGoOnWhenTheOwnerOfTheNameDies() throws IOException {
        // As many as there may be: five permissions with the owner's.
        ListenOptions closed = ListenOptions.defaults().withSharing(Set.of(domain(0), domain(1), domain(2), domain(3)));
        for (int i = 0; i < 3; i++) {
            conduits.get(i).listen("web", closed);
        }
        List<DomainId> peers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            peers.add(connect());
        }
        assertThat(peers).containsExactlyInAnyOrder(domain(0), domain(1), domain(2));

        // Or whatever its conduit asks at the end would wait for an answer.
        guests.get(0).xenStore().close();
        guests.get(0).close();
        daemon.end(domain(0));
        await().atMost(LocalFixture.LONG).ignoreExceptions().untilAsserted(() -> {
            assertThat(daemon.dom0.readString("/conduit/web")).isNotEqualTo(domain(0).toString());
            assertThat(daemon.dom0.list("/conduit/web/members"))
                    .containsExactlyInAnyOrder("web-" + domain(1), "web-" + domain(2));
        });
        peers.clear();
        for (int i = 0; i < 4; i++) {
            peers.add(connect());
        }
        assertThat(peers).containsOnly(domain(1), domain(2));
    }

    private DomainId connect() throws IOException {
        try (ConduitConnection connection = conduits.get(3).connect("web", LocalFixture.LONG)) {
            return connection.peer();
        }
    }
}
