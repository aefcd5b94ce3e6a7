package dev.conduit.xenstore;

/**
 * Reading and changing the store as one unit: all of it happens at commit, or nothing. It commits when the work returns.
 *
 * <p>Usable only while the work runs; afterwards every call is refused with ENOENT.
 */
public interface XenStoreTransaction extends XenStoreOperations {

    /** Ends the transaction without changing anything; the work may go on and return a result. Idempotent. */
    void abort();
}
