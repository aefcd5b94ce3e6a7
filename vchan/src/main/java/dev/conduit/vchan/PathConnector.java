package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import java.io.IOException;
import java.time.Duration;

/**
 * Connects to what is published at a path. The nodes may be those of a server that is gone (libxenvchan before Xen 4.17
 * leaves them behind, and so does one that is killed), or half of them, while its successor writes one after the other.
 * So a server that cannot be reached is tried again, when its nodes change and every {@link #RETRY} because a successor
 * may have got the same numbers, until time is up; the reason of the last try is thrown then.
 */
final class PathConnector {

    private static final Duration RETRY = Duration.ofMillis(200);
    /** How often a client that waits makes sure that the server's domain lives. */
    private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);

    private final Platform platform;
    private final DomainId server;
    private final String path;
    private final VchanOptions options;
    private final Duration timeout;
    private final ServerNodes nodes;
    private final long start = System.nanoTime();
    private IOException refusal;

    PathConnector(Platform platform, DomainId server, String path, VchanOptions options, Duration timeout) {
        this.platform = platform;
        this.server = server;
        this.path = path;
        this.options = options;
        this.timeout = timeout;
        this.nodes = new ServerNodes(platform, path);
    }

    RingChannel connect() throws IOException {
        while (true) {
            ServerAddress address = nodes.await(left(LOOK_INTERVAL));
            RingChannel channel = address == null ? null : reach(address);
            if (channel != null) {
                return channel;
            }
            requirePeerDomain();
            if (left(LOOK_INTERVAL).isZero()) {
                throw refusal != null ? refusal : new VchanTimeoutException("no vchan was published at " + path
                        + " within " + timeout.toMillis() + " ms: " + nodes.lacking() + " is missing, or domain "
                        + platform.self() + " may not read it");
            }
            if (address != null) {
                nodes.awaitChange(left(RETRY));
            }
        }
    }

    /** Null when another try may help. */
    private RingChannel reach(ServerAddress address) throws IOException {
        ClientSetup setup = new ClientSetup(platform, server, options);
        try {
            return setup.connect(address.ringRef(), address.eventChannel());
        } catch (VchanPeerClosedException e) {
            refusal = e;
        } catch (PlatformException e) {
            if (setup.seenByServer() || e instanceof PlatformLostException) {
                throw e;
            }
            refusal = e;
        }
        return null;
    }

    private void requirePeerDomain() throws IOException {
        boolean alive;
        try {
            alive = platform.isAlive(server);
        } catch (PlatformLostException e) {
            throw e;
        } catch (PlatformException e) {
            return; // the question could not be asked
        }
        if (!alive) {
            throw new VchanPeerClosedException(VchanState.PEER_GONE,
                    "no vchan can be reached at " + path + ": domain " + server + " is gone");
        }
    }

    private Duration left(Duration most) {
        long left = RingChannel.nanos(timeout) - (System.nanoTime() - start);
        return Duration.ofNanos(Math.max(0, Math.min(left, most.toNanos())));
    }
}
