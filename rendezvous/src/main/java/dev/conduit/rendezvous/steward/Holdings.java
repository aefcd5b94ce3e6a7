package dev.conduit.rendezvous.steward;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.GuestNodes;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes of guests in {@code /conduit}, by guest, as far as dom0 made or found them. XenStore counts a node that dom0
 * gave to a guest, but refuses none: the bound is here. Guests remove their nodes themselves, so a guest's are looked at
 * again when they seem too many.
 */
final class Holdings {

    /** Most nodes of one guest: of its connections (two each, while it waits for the answer) and names. */
    static final int MOST = 512;

    private final Map<DomainId, Deque<String>> nodes = new HashMap<>();

    void add(DomainId guest, List<String> paths) {
        nodes.computeIfAbsent(guest, absent -> new ArrayDeque<>()).addAll(paths);
    }

    /** Whether some more nodes stay within the bound, when those that are gone, or another's by now, are not counted. */
    boolean hasRoom(XenStoreOperations store, DomainId guest, int more) throws XenStoreException {
        Deque<String> held = nodes.getOrDefault(guest, new ArrayDeque<>());
        for (int looks = held.size(); looks > 0 && held.size() + more > MOST; looks--) {
            String oldest = held.remove();
            if (GuestNodes.owner(store, oldest).equals(Optional.of(guest))) {
                held.add(oldest);
            }
        }
        return held.size() + more <= MOST;
    }

    Set<DomainId> guests() {
        return Set.copyOf(nodes.keySet());
    }

    Collection<String> of(DomainId guest) {
        return nodes.getOrDefault(guest, new ArrayDeque<>());
    }

    void forget(DomainId guest) {
        nodes.remove(guest);
    }
}
