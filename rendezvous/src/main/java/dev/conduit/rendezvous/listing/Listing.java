package dev.conduit.rendezvous.listing;

import java.util.List;

/**
 * A bounded list.
 *
 * @param entries sorted by name or id
 * @param all how many there are, of which the entries are the first
 * @param <T> kind of entry
 */
public record Listing<T>(List<T> entries, int all) {

    /**
     * Copies the list.
     *
     * @param entries sorted by name or id
     * @param all how many there are
     */
    public Listing {
        entries = List.copyOf(entries);
    }
}
