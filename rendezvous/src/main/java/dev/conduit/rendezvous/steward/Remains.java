package dev.conduit.rendezvous.steward;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.GuestNodes;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What domains that are gone left in {@code /conduit}. XenStore removes the nodes of a domain when it ends; left are those
 * that dom0 made for it in that moment. Used by the steward's thread only, after the start.
 *
 * <p>Dead is a domain that has no home and that XenStore does not know. Both are looked at again with each node: the home
 * and the node's owner in the transaction that removes it. So a domain that gets the number again, which takes some 32,000
 * others first, loses nothing: its home is there before it runs.
 */
final class Remains {

    private static final Logger LOG = LoggerFactory.getLogger(Remains.class);
    private static final String HOMES = "/local/domain";

    private final XenStoreClient store;
    private final Holdings holdings;

    Remains(XenStoreClient store, Holdings holdings) {
        this.store = store;
        this.holdings = holdings;
    }

    /** Finds out what there is, of dead domains and of living ones: one request for each name, flow and queue entry. */
    void takeStock() throws XenStoreException {
        for (String name : Folder.children(store, Layout.ROOT)) {
            if (!name.equals(ConduitNames.FLOWS)) {
                note(Layout.name(name));
                for (String entry : Folder.children(store, Layout.listen(name))) {
                    note(Layout.listen(name, entry));
                }
            }
        }
        for (String flow : Folder.children(store, Layout.FLOWS)) {
            note(Layout.flow(flow));
        }
    }

    private void note(String path) throws XenStoreException {
        Optional<DomainId> owner = GuestNodes.owner(store, path);
        if (owner.isPresent() && !owner.get().equals(DomainId.DOM0)) {
            holdings.add(owner.get(), List.of(path));
        }
    }

    /**
     * Removes what one dead domain left, if there is one.
     *
     * @return true when there may be another
     */
    boolean removeOne() throws XenStoreException {
        Set<String> homes = Set.copyOf(Folder.children(store, HOMES));
        for (DomainId guest : holdings.guests()) {
            if (!homes.contains(guest.toString()) && !store.administration().isIntroduced(guest.value())) {
                for (String path : holdings.of(guest)) {
                    remove(path, guest);
                }
                holdings.forget(guest);
                return true;
            }
        }
        return false;
    }

    private void remove(String path, DomainId dead) throws XenStoreException {
        Optional<DomainId> owner = Optional.of(dead);
        if (!GuestNodes.owner(store, path).equals(owner) || store.administration().isIntroduced(dead.value())) {
            return;
        }
        boolean removed = store.<Boolean, XenStoreException>transaction(transaction -> {
            boolean still = GuestNodes.owner(transaction, path).equals(owner)
                    && !transaction.exists(HOMES + "/" + dead);
            if (still) {
                transaction.remove(path);
            }
            return still;
        });
        if (removed) {
            LOG.info("removed {}, which domain {} left", path, dead);
        }
    }
}
