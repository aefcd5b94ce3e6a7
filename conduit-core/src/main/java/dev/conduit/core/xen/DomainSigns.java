package dev.conduit.core.xen;

import dev.conduit.core.DomainId;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a domain that lives from one that was destroyed and is still known to the hypervisor, because somebody has pages of
 * it mapped. XenStore knows: it forgets a domain and its home at once. Domain 0 may ask for that. A guest may not even see
 * whether another's home is there, so each domain puts a node into its own that all may read, and who has once seen
 * that node and cannot read it any more knows that the domain is gone.
 *
 * <p>Thread-safe. What XenStore does not answer is taken as not known.
 */
final class DomainSigns {

    static final String NODE = "data/conduit-domain";

    private static final Logger LOG = LoggerFactory.getLogger(DomainSigns.class);

    private final XenStoreClient xenStore;
    private final DomainId self;
    private final Set<DomainId> seen = ConcurrentHashMap.newKeySet();

    DomainSigns(XenStoreClient xenStore, DomainId self) {
        this.xenStore = xenStore;
        this.self = self;
    }

    /** Makes this domain's node, which stays for as long as the domain; domain 0 needs none. */
    void show() {
        if (self.equals(DomainId.DOM0)) {
            return;
        }
        try {
            xenStore.write(NODE, self.toString());
            xenStore.setPermissions(NODE, List.of(new Permission(Permission.Access.READ, self.value())));
        } catch (XenStoreException e) {
            LOG.debug("guests that map pages of this domain will not see its end: {}", e.getMessage());
        }
    }

    /** To be called while a domain lives, or {@link #gone} has nothing to compare with. */
    void look(DomainId domain) {
        gone(domain);
    }

    /** Whether the domain is known to be gone. */
    boolean gone(DomainId domain) {
        if (self.equals(DomainId.DOM0)) {
            return forgotten(domain);
        }
        try {
            if (xenStore.exists("/local/domain/" + domain + "/" + NODE)) {
                seen.add(domain);
                return false;
            }
            return seen.contains(domain);
        } catch (XenStoreException e) {
            return e.is("EACCES") && seen.contains(domain);
        }
    }

    private boolean forgotten(DomainId domain) {
        try {
            return !xenStore.administration().isIntroduced(domain.value());
        } catch (XenStoreException e) {
            return false;
        }
    }
}
