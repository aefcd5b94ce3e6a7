package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.Permission;
import java.util.List;
import java.util.Map;

/**
 * What of a store outlives its process. Taking it costs a reference to the tree and a copy of the list of domains; as
 * all of it is immutable, the store goes on while somebody writes it down.
 *
 * @param root the tree
 * @param generation number of the last change
 * @param specials permissions of the special nodes, by path
 * @param limits of domains that come from now on, as far as they were changed since the server was started
 * @param domains those that were introduced, act for another, or have something of their own set
 */
public record StoreState(Node root, long generation, Map<String, List<Permission>> specials,
        Map<Limits.Kind, Integer> limits, List<DomainState> domains) {

    /**
     * A domain.
     *
     * @param domain domain id
     * @param introduced whether it was introduced and not released
     * @param shutDown whether it was reported as shut down and not resumed
     * @param target the domain whose rights it has besides its own, or -1
     * @param features what it may use, bits of {@link dev.conduit.xenstore.wire.Features}
     * @param limits of its own; empty for those of all
     */
    public record DomainState(int domain, boolean introduced, boolean shutDown, int target, int features,
            Map<Limits.Kind, Integer> limits) {
    }

    /**
     * Tells whether nothing changed in between; the tree is not walked.
     *
     * @param other of the same store
     * @return false when writing this down would give something else, and sometimes else
     */
    public boolean sameAs(StoreState other) {
        return generation == other.generation && specials.equals(other.specials) && limits.equals(other.limits)
                && domains.equals(other.domains);
    }
}
