package dev.conduit.xenstore.server;

import dev.conduit.xenstore.server.store.Limits.Kind;

/**
 * Limits on what one unprivileged domain may use. The exact number is allowed, 0 is no limit; domain 0 is exempt. Names
 * and defaults are those of C xenstored 4.22.
 */
public enum Quota {
    /** Nodes it owns. */
    NODES(Kind.NODES),
    /** Bytes of one node: 16, 8 for each permission, the value, and each child's name with one byte more. */
    NODE_SIZE(Kind.NODE_SIZE),
    /** Watches it holds. */
    WATCHES(Kind.WATCHES),
    /** Replies a connection leaves unread; its next request is handled when it has read some. */
    OUTSTANDING(Kind.OUTSTANDING),
    /** Bytes of its nodes, watches, open transactions, connections, and of all that waits to be read by it. */
    MEMORY(Kind.MEMORY),
    /** Bytes from which on a warning is logged. */
    SOFT_MEMORY(Kind.SOFT_MEMORY),
    /** Transactions it holds open. */
    TRANSACTIONS(Kind.TRANSACTIONS),
    /** Requests in one transaction, a repeated read being one, and nodes made and removed in it. */
    TRANSACTION_SIZE(Kind.TRANSACTION_SIZE),
    /** Entries of a permission list. */
    NODE_PERMISSIONS(Kind.NODE_PERMISSIONS),
    /** Characters of a path, not counting the home of a domain at its front. */
    PATH_MAX(Kind.PATH_MAX),
    /** Bytes of replies and events a connection may leave unread before it is closed; domain 0 included. */
    UNREAD("unread", 1 << 20),
    /** Seconds an event waits for its connection to read it before it is dropped; 0 is for ever. */
    EVENT_SECONDS("event-seconds", 20);

    private final String key;
    private final int standard;
    /** What the store limits; null for what is none of its business. */
    private final Kind kind;

    Quota(Kind kind) {
        this.key = kind.key();
        this.standard = kind.standard();
        this.kind = kind;
    }

    Quota(String key, int standard) {
        this.key = key;
        this.standard = standard;
        this.kind = null;
    }

    Kind kind() {
        return kind;
    }

    /**
     * Returns the name on command lines, as C xenstored has it.
     *
     * @return lower case
     */
    public String key() {
        return key;
    }

    /**
     * Returns the value used when none is configured.
     *
     * @return positive
     */
    public int standard() {
        return standard;
    }

    /**
     * Finds a quota by its name.
     *
     * @param key such as {@code node-size}
     * @return the quota
     * @throws IllegalArgumentException for any other name, listing those there are
     */
    public static Quota of(String key) {
        StringBuilder known = new StringBuilder();
        for (Quota quota : values()) {
            if (quota.key.equals(key)) {
                return quota;
            }
            known.append(known.isEmpty() ? "" : ", ").append(quota.key);
        }
        throw new IllegalArgumentException("quota '" + key + "' is not one of " + known);
    }
}
