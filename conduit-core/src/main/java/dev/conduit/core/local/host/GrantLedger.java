package dev.conduit.core.local.host;

import dev.conduit.core.GrantAccess;
import dev.conduit.core.local.shared.GrantFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules of grants: a reference maps only for the domain it names, and only with the access it gives. */
final class GrantLedger {

    private final Map<Integer, Domain> domains;
    private final HostLimits limits;

    GrantLedger(Map<Integer, Domain> domains, HostLimits limits) {
        this.domains = domains;
        this.limits = limits;
    }

    /** Grants pages to one domain, which need not exist yet; gives the first of consecutive references. */
    int share(Handle handle, int peer, GrantAccess access, GrantFile file, int pages) throws Refusal {
        checkShare(handle, pages);
        GrantReferences references = handle.domain().grants();
        Share share = new Share(peer, access, file, references.allocate(pages), pages);
        references.add(share);
        handle.shares().add(share);
        return share.firstRef();
    }

    /** The bounds of {@link #share}, for the caller to check before it opens the file. */
    void checkShare(Handle handle, int pages) throws Refusal {
        GrantReferences references = handle.domain().grants();
        int id = handle.domain().id();
        if (references.size() >= limits.sharesPerDomain()) {
            throw Refusal.full("domain " + id + " has " + limits.sharesPerDomain() + " shares, the most it may");
        }
        if (references.pages() + pages > limits.pagesPerDomain()) {
            throw Refusal.full("domain " + id + " shares " + references.pages() + " pages and wants " + pages
                    + " more; the most is " + limits.pagesPerDomain());
        }
    }

    /** A share of this process, by its first reference. */
    Share own(Handle handle, int firstRef) throws Refusal {
        Share share = handle.domain().grants().find(firstRef);
        if (share == null || share.firstRef() != firstRef || !handle.shares().contains(share)) {
            throw Refusal.invalid("this process has no share that begins with reference " + firstRef);
        }
        return share;
    }

    /** Ends a share. Its references are used again only when nobody maps it any more. */
    void unshare(Handle handle, Share share) {
        forget(handle, share);
        share.end();
        handle.shares().remove(share);
        removeWhenUnused(handle.domain(), share);
    }

    /** Maps references in the order given. */
    Mapping map(Handle handle, int owner, GrantAccess access, int[] refs) throws Refusal {
        Domain domain = domains.get(owner);
        if (domain == null) {
            throw new Refusal("ESRCH", "domain " + owner + " does not exist");
        }
        List<Mapping.Run> runs = runs(handle.domain().id(), domain, access, refs);
        if (handle.domain().mappedRuns() + runs.size() > limits.runsPerDomain()) {
            throw Refusal.full("domain " + handle.domain().id() + " maps " + handle.domain().mappedRuns()
                    + " pieces and wants " + runs.size() + " more; the most is " + limits.runsPerDomain());
        }
        Mapping mapping = new Mapping(handle.newMappingId(), access, domain, runs);
        handle.mappings().put(mapping.id(), mapping);
        handle.domain().addMappedRuns(runs.size());
        runs.forEach(run -> run.share().addRun());
        return mapping;
    }

    private static List<Mapping.Run> runs(int self, Domain owner, GrantAccess access, int[] refs) throws Refusal {
        List<Mapping.Run> runs = new ArrayList<>();
        Share share = null;
        int first = 0;
        int count = 0;
        for (int ref : refs) {
            if (share != null && ref == share.firstRef() + first + count && ref <= share.lastRef()) {
                count++;
                continue;
            }
            if (share != null) {
                runs.add(new Mapping.Run(share, first, count));
            }
            share = mappable(self, owner, access, ref);
            first = ref - share.firstRef();
            count = 1;
        }
        runs.add(new Mapping.Run(share, first, count));
        return runs;
    }

    private static Share mappable(int self, Domain owner, GrantAccess access, int ref) throws Refusal {
        Share share = owner.grants().find(ref);
        String name = "grant " + ref + " of domain " + owner.id();
        if (share == null) {
            throw Refusal.invalid(name + " does not exist");
        }
        if (share.peer() != self) {
            throw new Refusal("EACCES", name + " is for domain " + share.peer() + ", not for domain " + self);
        }
        if (share.ended()) {
            throw Refusal.invalid(name + " was revoked");
        }
        if (access == GrantAccess.READ_WRITE && share.access() == GrantAccess.READ_ONLY) {
            throw new Refusal("EACCES", name + " is read-only");
        }
        return share;
    }

    /** Ends a mapping, without doing what its notification asks: the process did that itself, or is gone. */
    void unmap(Handle handle, Mapping mapping) {
        forget(handle, mapping);
        handle.mappings().remove(mapping.id());
        handle.domain().addMappedRuns(-mapping.runs().size());
        for (Mapping.Run run : mapping.runs()) {
            run.share().removeRun();
            removeWhenUnused(mapping.owner(), run.share());
        }
    }

    private static void removeWhenUnused(Domain owner, Share share) {
        if (share.ended() && !share.mapped()) {
            owner.grants().remove(share);
        }
    }

    private static void forget(Handle handle, Region region) {
        if (region.notification() != null) {
            handle.domain().addNotifications(-1);
            region.notification().target().close();
            region.notification(null);
        }
    }
}
