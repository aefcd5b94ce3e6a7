package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.Allocation;
import dev.conduit.core.EventPort;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformContractTest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract, on the local platform, all domains in this JVM. */
class LocalPlatformTest extends PlatformContractTest {

    private static final int EVENTS = 50_000;

    private final Map<String, LocalPlatform> domains = new HashMap<>();
    private HostFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new HostFixture();
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private Platform domain(String name) throws IOException {
        LocalPlatform known = domains.get(name);
        if (known == null) {
            known = fixture.domain(name);
            domains.put(name, known);
        }
        return known;
    }

    @Test
    void shouldAllocateNothingPerEvent() throws Exception {
        try (EventPort one = a().events().allocateUnbound(a().self());
                EventPort two = a().events().bind(a().self(), one.number())) {
            exchange(one, two);
            long before = Allocation.bytesOfThisThread();
            exchange(one, two);
            assertThat(Allocation.bytesOfThisThread() - before).as("bytes for %d events", EVENTS).isLessThan(EVENTS);
        }
    }

    private static void exchange(EventPort one, EventPort two) throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            long seen = two.events();
            one.send();
            next(two, seen);
        }
    }

    @Override
    protected Platform a() throws Exception {
        return domain("a");
    }

    @Override
    protected Platform b() throws Exception {
        return domain("b");
    }

    @Override
    protected Platform bystander() throws Exception {
        return domain("bystander");
    }
}
