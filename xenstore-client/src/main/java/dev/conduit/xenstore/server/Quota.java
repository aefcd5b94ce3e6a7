package dev.conduit.xenstore.server;

/** Limits on what one unprivileged domain may use. The exact number is allowed; domain 0 is exempt. */
public enum Quota {
    /** Nodes it owns. */
    NODES("nodes", 1000),
    /** Bytes of one node: 16, 8 for each permission, the value, and each child's name with one byte more. */
    NODE_SIZE("node-size", 2048),
    /** Watches it holds. */
    WATCHES("watches", 128),
    /** Transactions it holds open. */
    TRANSACTIONS("transactions", 10),
    /** Requests in one transaction, a repeated read being one, and nodes made and removed in it. */
    TRANSACTION_SIZE("transaction-nodes", 1024),
    /** Entries of a permission list. */
    NODE_PERMISSIONS("node-permissions", 5),
    /** Characters of a path, not counting the home of a domain at its front. */
    PATH_MAX("path-max", 2048),
    /** Bytes of replies and events a connection may leave unread before it is closed; domain 0 included. */
    UNREAD("unread", 1 << 20);

    private final String key;
    private final int standard;

    Quota(String key, int standard) {
        this.key = key;
        this.standard = standard;
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
