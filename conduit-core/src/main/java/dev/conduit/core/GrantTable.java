package dev.conduit.core;

/**
 * Shares pages with other domains, and maps pages that others share with us.
 *
 * <p>Thread-safe. Calls may block for one exchange with the kernel or the local host. Every region that is not closed
 * is given back when the platform closes or the process ends.
 */
public interface GrantTable {

    /** Bytes of a page. */
    int PAGE_SIZE = 4096;

    /**
     * Allocates zeroed pages and grants them to one domain.
     *
     * @param peer the only domain that may map them
     * @param pages how many, 1 to 512
     * @param access what the peer may do; this side always reads and writes
     * @param mirrored true to ask for a second copy of the mapping right after the first, see
     *     {@link PageRegion#mirrored()}; where the platform cannot, the region is plain
     * @return the pages, each with a grant reference
     * @throws PlatformException when a bound is reached (named in the message) or memory is short
     * @throws IllegalArgumentException when {@code pages} is out of range
     */
    SharedPages share(DomainId peer, int pages, GrantAccess access, boolean mirrored) throws PlatformException;

    /**
     * Maps pages that another domain granted to this one, in the order given.
     *
     * @param owner the domain that granted them
     * @param refs 1 to 512 grant references, each positive
     * @param access what this side wants to do; READ_WRITE needs a read-write grant
     * @param mirrored as in {@link #share}
     * @return the mapping
     * @throws PlatformException when a reference is unknown, revoked, for another domain or read-only, named in the
     *     message
     * @throws IllegalArgumentException when {@code refs} is empty or too long
     */
    PageRegion map(DomainId owner, int[] refs, GrantAccess access, boolean mirrored) throws PlatformException;
}
