package dev.conduit.core.local.host;

import dev.conduit.core.local.shared.EventMemoryLayout;

/**
 * What the host grants at most. Reaching a bound is an ENOSPC that names it.
 *
 * @param handles processes with a domain or in one, over all domains
 * @param connections control connections, with or without a domain
 * @param sharesPerDomain shares, ended ones that are still mapped included
 * @param pagesPerDomain pages over all shares of a domain
 * @param runsPerDomain contiguous pieces over all mappings of a domain
 * @param portsPerDomain event-channel ports
 * @param notificationsPerDomain unmap notifications; each costs the host a descriptor
 */
record HostLimits(int handles, int connections, int sharesPerDomain, int pagesPerDomain, int runsPerDomain,
        int portsPerDomain, int notificationsPerDomain) {

    /** The bounds of a host that is not told otherwise; 64 MB of heap hold them for any one domain at its bound. */
    static final HostLimits DEFAULT = new HostLimits(EventMemoryLayout.SLOTS, 2 * EventMemoryLayout.SLOTS, 4096, 65536,
            8192, EventMemoryLayout.PORTS - 1, 1024);
}
