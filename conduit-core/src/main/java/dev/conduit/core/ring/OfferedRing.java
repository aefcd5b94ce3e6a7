package dev.conduit.core.ring;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformLostException;
import dev.conduit.core.SharedPages;
import dev.conduit.xenstore.GuestRing;
import java.nio.ByteBuffer;

/**
 * A page and a port that this domain offers to a XenStore server in another one. The server gets them by INTRODUCE with
 * {@link #frame} and {@link #port}; connect with
 * {@link dev.conduit.xenstore.XenStoreClients#connect(GuestRing, dev.conduit.xenstore.ClientOptions)}, which waits for
 * that. Thread-safe.
 */
public final class OfferedRing implements GuestRing {

    private final Platform platform;
    private final DomainId server;
    private final SharedPages page;
    private final EventPort port;

    private OfferedRing(Platform platform, DomainId server, SharedPages page, EventPort port) {
        this.platform = platform;
        this.server = server;
        this.page = page;
        this.port = port;
    }

    /**
     * Grants a fresh page and allocates a port.
     *
     * @param platform of the guest
     * @param server the domain whose XenStore server may take them
     * @return to be closed
     * @throws PlatformException when the platform has no page or port left
     */
    public static OfferedRing offer(Platform platform, DomainId server) throws PlatformException {
        SharedPages page = platform.grants().share(server, 1, GrantAccess.READ_WRITE, false);
        boolean done = false;
        try {
            GuestRing.expectServer(page.buffer());
            EventPort port = platform.events().allocateUnbound(server);
            done = true;
            return new OfferedRing(platform, server, page, port);
        } finally {
            if (!done) {
                page.close();
            }
        }
    }

    /**
     * Returns what INTRODUCE names as the page.
     *
     * @return the grant reference
     */
    public long frame() {
        return page.refs()[0];
    }

    /**
     * Returns what INTRODUCE names as the event channel.
     *
     * @return the port number
     */
    public int port() {
        return port.number();
    }

    @Override
    public ByteBuffer page() {
        return page.buffer();
    }

    @Override
    public void notifyPeer() throws PlatformException {
        port.send();
    }

    @Override
    public long events() {
        return port.events();
    }

    /** Asks after the server's domain when no event came, which nobody would send for a server that was killed. */
    @Override
    public long await(long seen, long deadline) throws PlatformException, InterruptedException {
        long now = port.await(seen, deadline);
        if (now == seen && !platform.isAlive(server)) {
            throw new PlatformLostException("domain " + server + ", which serves the XenStore ring, is gone");
        }
        return now;
    }

    @Override
    public void wakeUp() {
        port.wakeUp();
    }

    @Override
    public void close() {
        port.close();
        page.close();
    }
}
