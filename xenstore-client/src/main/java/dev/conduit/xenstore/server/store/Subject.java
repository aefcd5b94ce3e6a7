package dev.conduit.xenstore.server.store;

/**
 * Who asks: a domain, and the domain whose rights it has besides (SET_TARGET).
 *
 * @param domain domain id
 * @param target domain id, or -1 for none
 */
record Subject(int domain, int target) {

    /** The privileged domain: every right, no quota. */
    static final int PRIVILEGED = 0;

    boolean privileged() {
        return domain == PRIVILEGED;
    }

    boolean is(int other) {
        return domain == other || target == other;
    }
}
