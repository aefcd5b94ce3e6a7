package dev.conduit.core.xen;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.GrantTable;
import dev.conduit.core.PageRegion;
import dev.conduit.core.PlatformException;
import dev.conduit.core.SharedPages;

/** The grant table; looks for the sign of a domain whose pages it maps, since those keep a dead domain from vanishing. */
record LookingGrants(GrantTable grants, DomainSigns signs) implements GrantTable {

    @Override
    public SharedPages share(DomainId peer, int pages, GrantAccess access, boolean mirrored) throws PlatformException {
        return grants.share(peer, pages, access, mirrored);
    }

    @Override
    public PageRegion map(DomainId owner, int[] refs, GrantAccess access, boolean mirrored) throws PlatformException {
        PageRegion region = grants.map(owner, refs, access, mirrored);
        signs.look(owner);
        return region;
    }
}
