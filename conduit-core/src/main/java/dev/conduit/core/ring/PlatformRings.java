package dev.conduit.core.ring;

import dev.conduit.core.DomainId;
import dev.conduit.core.EventPort;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.Platform;
import dev.conduit.core.PlatformException;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.server.GuestRings;
import dev.conduit.xenstore.server.ServerRing;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings of the domains of a platform, for a XenStore server in one of them. The frame in INTRODUCE is a grant reference.
 *
 * <p>Events of all guests come to the one thread in {@link #await}: it waits on a port of its own, and whoever takes
 * events off the platform meanwhile tells the listeners and wakes that port. A domain that ends is noticed by the
 * platform's {@code @releaseDomain}. Thread-safe.
 */
public final class PlatformRings implements GuestRings {

    private static final Logger LOG = LoggerFactory.getLogger(PlatformRings.class);

    private final Platform platform;
    /** Never bound; only woken. */
    private final EventPort doorbell;
    private final XenStoreClient.Watch releases;
    private final Set<PlatformRing> bound = ConcurrentHashMap.newKeySet();
    /** The waiting thread's own. */
    private long seen;

    /**
     * Begins to watch for the end of domains.
     *
     * @param platform of the server's domain; not closed with this
     * @throws PlatformException when no port is free
     * @throws XenStoreException when {@code @releaseDomain} of the platform's XenStore cannot be watched
     */
    public PlatformRings(Platform platform) throws PlatformException, XenStoreException {
        this.platform = platform;
        doorbell = platform.events().allocateUnbound(platform.self());
        boolean done = false;
        try {
            releases = platform.xenStore().watch("@releaseDomain", path -> findGone());
            done = true;
        } finally {
            if (!done) {
                doorbell.close();
            }
        }
    }

    @Override
    public ServerRing map(int domain, long frame) throws PlatformException {
        DomainId guest = guest(domain);
        if (frame < 1 || frame > Integer.MAX_VALUE) {
            throw new PlatformException("frame " + frame + " of domain " + domain + " is no grant reference: it is not"
                    + " between 1 and " + Integer.MAX_VALUE);
        }
        return new PlatformRing(this, platform.events(), guest,
                platform.grants().map(guest, new int[] {(int) frame}, GrantAccess.READ_WRITE, false));
    }

    private static DomainId guest(int domain) throws PlatformException {
        try {
            return new DomainId(domain);
        } catch (IllegalArgumentException e) {
            throw new PlatformException(e.getMessage());
        }
    }

    /** Before it is bound: from then on its domain's end is told. */
    void add(PlatformRing ring) {
        bound.add(ring);
    }

    void remove(PlatformRing ring) {
        bound.remove(ring);
    }

    private void findGone() {
        for (PlatformRing ring : bound) {
            try {
                if (!platform.isAlive(ring.guest())) {
                    ring.tellGone();
                }
            } catch (PlatformException e) {
                LOG.warn("cannot ask whether domain {} is alive: {}", ring.guest(), e.getMessage());
            }
        }
    }

    /** Looks for events first: the wait does not when the port was woken, and it may be woken without end. */
    @Override
    public void await(long deadline) throws PlatformException, InterruptedException {
        long now = doorbell.await(doorbell.events(), System.nanoTime());
        seen = now != seen ? now : doorbell.await(seen, deadline);
    }

    @Override
    public void wakeUp() {
        doorbell.wakeUp();
    }

    @Override
    public void close() {
        releases.close();
        doorbell.close();
    }
}
