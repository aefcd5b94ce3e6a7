package dev.conduit.vchan;

import dev.conduit.core.DomainId;
import dev.conduit.xenstore.XenStoreException;
import java.util.Set;

/** Says what a refusal by XenStore means for the vchan; the server's error string stays what it was. */
final class StoreRefusal {

    /** How servers say that a domain has used up what it may have. */
    private static final Set<String> QUOTA = Set.of("ENOSPC", "EQUOTA", "ENOMEM");

    private StoreRefusal() {}

    /**
     * Explains an error reply.
     *
     * @param what what could not be done, such as {@code cannot publish ...}
     * @return what to throw: the refusal itself when the connection failed
     */
    static XenStoreException of(String what, DomainId self, XenStoreException refusal) {
        if (refusal.error() == null) {
            return refusal;
        }
        XenStoreException explained = new XenStoreException(refusal.error(), what + ": " + refusal.getMessage()
                + (QUOTA.contains(refusal.error()) ? "; domain " + self + " has used up a quota of XenStore" : ""));
        explained.initCause(refusal);
        return explained;
    }
}
