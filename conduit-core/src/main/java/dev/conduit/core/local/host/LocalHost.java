package dev.conduit.core.local.host;

import dev.conduit.core.PlatformException;
import dev.conduit.core.local.LocalDirectory;
import dev.conduit.core.local.shared.EventMemory;
import dev.conduit.core.local.shared.Threads;
import dev.conduit.core.posix.Posix;
import dev.conduit.core.posix.PosixLoader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host of a local platform: hypervisor, kernel and toolstack in one. It keeps the authoritative tables of domains,
 * grants and ports, runs XenStore, and does for a process that died, however it died, what Xen would do.
 *
 * <p>A JVM may run several in different folders. Thread-safe.
 */
public final class LocalHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalHost.class);
    private static final int BACKLOG = 1024;
    private static final long STOP_SECONDS = 10;

    private final LocalDirectory directory;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private HostLoop loop;
    private Thread thread;
    private boolean closed;

    private LocalHost(LocalDirectory directory) {
        this.directory = directory;
    }

    /**
     * Starts a host. Domains may connect when this returns.
     *
     * @param options how
     * @return the running host
     * @throws IOException when the folder cannot be used, another host runs in it (the message has its process id), or
     *     memory or native access is missing
     */
    public static LocalHost start(LocalHostOptions options) throws IOException {
        String missing = PosixLoader.unavailable();
        if (missing != null) {
            throw new PlatformException(missing);
        }
        return start(options, HostLimits.DEFAULT, PosixLoader.posix());
    }

    static LocalHost start(LocalHostOptions options, HostLimits limits, Posix posix) throws IOException {
        LocalHost host = new LocalHost(options.directory());
        boolean done = false;
        try {
            host.open(options, limits, posix);
            done = true;
            return host;
        } finally {
            if (!done) {
                host.close();
            }
        }
    }

    private void open(LocalHostOptions options, HostLimits limits, Posix posix) throws IOException {
        HostFolder.prepare(directory);
        open.push(HostLock.acquire(directory));
        HostFolder.removeSockets(directory);
        open.push(() -> HostFolder.removeSockets(directory));
        int eventFd = EventMemory.create(posix);
        open.push(() -> posix.close(eventFd));
        long pid = ProcessHandle.current().pid();
        EventMemory events = EventMemory.open(posix, pid, eventFd);
        open.push(events);
        DomainStore store = XenStoreDomains.start(directory, options.xenStore());
        open.push(store);
        ServerSocketChannel server = listen(directory.controlSocket());
        open.push(server);
        KeptProcesses kept = new KeptProcesses();
        HostTables tables = new HostTables(limits,
                new LiveEffects(posix, eventFd, events, store, kept, handle -> loop.drop(handle)));
        GrantFiles files = new ProcGrantFiles(posix);
        loop = new HostLoop(server, limits.connections(),
                () -> new ControlSession(tables, files, pid + " " + eventFd), kept, tables::end);
        thread = new Thread(loop, "conduit-host " + directory);
        thread.setDaemon(true);
        thread.start();
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            HostFolder.makePrivate(socket);
            done = true;
            return server;
        } finally {
            if (!done) {
                server.close();
            }
        }
    }

    /**
     * Returns the folder, with the paths of the sockets.
     *
     * @return the folder
     */
    public LocalDirectory directory() {
        return directory;
    }

    /**
     * Ends the host. Its domains see that it is lost; what they have mapped they keep. The folder stays, with an empty
     * lock file. Idempotent.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (thread != null) {
            loop.stop();
            if (!Threads.join(thread, STOP_SECONDS)) {
                LOG.warn("the host in {} did not stop within {} s", directory, STOP_SECONDS);
            }
        }
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("the host in {} did not end cleanly: {}", directory, e.toString());
            }
        }
    }
}
