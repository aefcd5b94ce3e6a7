package dev.conduit.core.local;

import dev.conduit.core.Platform;
import dev.conduit.core.PlatformContractTest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract, on the local platform, all domains in this JVM. */
class LocalPlatformTest extends PlatformContractTest {

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
