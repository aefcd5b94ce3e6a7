package dev.conduit.rendezvous.listing;

import dev.conduit.core.DomainId;
import java.util.List;
import java.util.Optional;

/**
 * One name.
 *
 * @param name the name
 * @param domain who has it: the domain that made the node and is named in it; empty when these differ, so that no client
 *     believes it
 * @param listening whether clients can connect to it; for a shared name, to its members
 * @param waiting requests in its queue that are not answered yet
 * @param connections established under it
 * @param members own names of the servers under a shared name, sorted; none for a plain one
 */
public record NameEntry(String name, Optional<DomainId> domain, boolean listening, int waiting, int connections,
        List<String> members) {

    /**
     * Copies the list.
     *
     * @param name the name
     * @param domain who has it
     * @param listening whether clients can connect to it
     * @param waiting requests in its queue
     * @param connections established under it
     * @param members servers under a shared name
     */
    public NameEntry {
        members = List.copyOf(members);
    }
}
