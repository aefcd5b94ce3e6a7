package dev.conduit.rendezvous;

import static org.awaitility.Awaitility.await;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventChannels;
import dev.conduit.core.GrantTable;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.xenstore.ClientOptions;
import dev.conduit.xenstore.GuestRing;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Debian's C xenstored with its default quotas, without Xen, and domains of the local platform as its guests. */
final class CDaemon implements AutoCloseable {

    private static final Path ROOT = Path.of(System.getProperty("conduit.root", ".")).toAbsolutePath().normalize();
    private static final int PAGE = 4096;
    private static final int FIRST_PORT = 1000;

    final XenStoreClient dom0;
    private final Path directory;
    private final Process process;
    private final FileChannel events;

    /** Starts it; skips the test when Debian's programs are not here. */
    CDaemon() throws IOException {
        Assumptions.assumeTrue(Files.exists(ROOT.resolve(".conduit/peers/complete")),
                "needs Debian's xen-utils and libxen-dev unpacked: run testbed/peers/fetch");
        directory = Files.createTempDirectory("xs");
        process = new ProcessBuilder(ROOT.resolve("testbed/peers/xenstored").toString(), "c", directory.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile()).start();
        await("socket of C xenstored").atMost(LocalFixture.LONG)
                .until(() -> !process.isAlive() || Files.exists(directory.resolve("socket")));
        events = FileChannel.open(directory.resolve("evtchn"), StandardOpenOption.WRITE);
        dom0 = XenStoreClients.connect(directory.resolve("socket"));
        ConduitTree.prepare(dom0);
    }

    /** A domain of the local platform that has its XenStore here instead, over a ring. */
    Platform guest(Platform local) throws IOException {
        int id = local.self().value();
        Files.createFile(directory.resolve("dom-" + id));
        Files.write(directory.resolve("ring-" + id), new byte[PAGE]);
        Ring ring = new Ring(id);
        dom0.administration().introduce(id, 1, 7);
        String home = "/local/domain/" + id;
        dom0.mkdir(home + "/data");
        dom0.setPermissions(home, List.of(Permission.parse("n0"), Permission.parse("r" + id)));
        dom0.setPermissions(home + "/data", List.of(Permission.parse("n" + id)));
        return new Guest(local, XenStoreClients.connect(ring, ClientOptions.defaults()));
    }

    /** Has a domain die, and its nodes with it. */
    void end(DomainId domain) throws IOException {
        Files.delete(directory.resolve("dom-" + domain));
        event(1);
    }

    private void event(int port) throws IOException {
        events.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(port).flip());
    }

    @Override
    public void close() throws IOException {
        dom0.close();
        events.close();
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private record Guest(Platform local, XenStoreClient xenStore) implements Platform {

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
            return local.grants();
        }

        @Override
        public EventChannels events() {
            return local.events();
        }

        @Override
        public boolean isAlive(DomainId domain) throws PlatformException {
            return local.isAlive(domain);
        }

        @Override
        public void close() {
            xenStore.close();
            local.close();
        }
    }

    /** The page is a mapped file, events of the daemon come through a FIFO. */
    private final class Ring implements GuestRing {

        private final int domain;
        private final ByteBuffer page;
        private final FileChannel notifications;
        private long seen;

        Ring(int domain) throws IOException {
            this.domain = domain;
            try (FileChannel file = FileChannel.open(directory.resolve("ring-" + domain), StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                page = file.map(MapMode.READ_WRITE, 0, PAGE).order(ByteOrder.nativeOrder());
            }
            Path fifo = directory.resolve("notify-" + domain);
            new ProcessBuilder("mkfifo", fifo.toString()).start().onExit().join();
            notifications = FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Thread reader = new Thread(this::read, "events-of-domain-" + domain);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try {
                while (notifications.read(ByteBuffer.allocate(4096)) > 0) {
                    wakeUp();
                }
            } catch (IOException closed) {
                wakeUp();
            }
        }

        @Override
        public ByteBuffer page() {
            return page;
        }

        @Override
        public void notifyPeer() throws IOException {
            event(FIRST_PORT + domain);
        }

        @Override
        public synchronized long events() {
            return seen;
        }

        @Override
        public synchronized long await(long before, long deadline) throws InterruptedException {
            long left = deadline - System.nanoTime();
            if (seen == before && left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
            return seen;
        }

        @Override
        public synchronized void wakeUp() {
            seen++;
            notifyAll();
        }

        @Override
        public void close() {
            try {
                notifications.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
