package dev.conduit.core.xen.grant;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantTable;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformContractTest;
import dev.conduit.core.PlatformException;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.host.LocalHost;
import dev.conduit.core.local.host.LocalHostOptions;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The contract, with grants by the stand-in of Xen's drivers and everything else by the local platform. */
class XenGrantContractTest extends PlatformContractTest {

    private static final Logger LOG = LoggerFactory.getLogger(XenGrantContractTest.class);

    private final FakeXen xen = new FakeXen();
    private final Map<String, Domain> domains = new HashMap<>();
    private Path folder;
    private LocalHost host;

    @BeforeEach
    void start() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "conduit-test-");
        host = LocalHost.start(LocalHostOptions.standard().withDirectory(folder));
    }

    @AfterEach
    void stop() throws IOException {
        domains.values().forEach(Domain::close);
        host.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private Platform domain(String name) throws Exception {
        Domain known = domains.get(name);
        if (known == null) {
            LocalPlatform local = LocalPlatform.open(folder, name);
            FakeKernel kernel = new FakeKernel(xen, local.self().value());
            known = new Domain(local, kernel, kernel.table(folder));
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

    /** A local domain whose ports the fake kernel can send events on. */
    private record Domain(LocalPlatform local, FakeKernel kernel, XenGrantTable table)
            implements Platform, EventChannels {

        @Override
        public String name() {
            return local.name();
        }

        @Override
        public DomainId self() {
            return local.self();
        }

        @Override
        public GrantTable grants() {
            return table;
        }

        @Override
        public EventChannels events() {
            return this;
        }

        @Override
        public EventPort allocateUnbound(DomainId peer) throws PlatformException {
            return known(local.events().allocateUnbound(peer));
        }

        @Override
        public EventPort bind(DomainId peer, int remotePort) throws PlatformException {
            return known(local.events().bind(peer, remotePort));
        }

        private EventPort known(EventPort port) {
            kernel.ports.put(port.number(), () -> {
                try {
                    port.send();
                } catch (PlatformException e) {
                    LOG.debug("the kernel would hold the port for this: {}", e.getMessage());
                }
            });
            return port;
        }

        @Override
        public XenStoreClient xenStore() {
            return local.xenStore();
        }

        @Override
        public boolean isAlive(DomainId domain) throws PlatformException {
            return local.isAlive(domain);
        }

        @Override
        public void close() {
            table.close();
            local.close();
        }
    }
}
