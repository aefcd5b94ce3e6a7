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
 * @param domains those that were introduced or act for another
 */
public record StoreState(Node root, long generation, Map<String, List<Permission>> specials,
        List<DomainState> domains) {

    /**
     * A domain.
     *
     * @param domain domain id
     * @param introduced whether it was introduced and not released
     * @param target the domain whose rights it has besides its own, or -1
     */
    public record DomainState(int domain, boolean introduced, int target) {
    }

    /**
     * Tells whether nothing changed in between; the tree is not walked.
     *
     * @param other of the same store
     * @return false when writing this down would give something else, and sometimes else
     */
    public boolean sameAs(StoreState other) {
        return generation == other.generation && specials.equals(other.specials) && domains.equals(other.domains);
    }
}
