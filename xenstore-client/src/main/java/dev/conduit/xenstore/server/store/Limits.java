package dev.conduit.xenstore.server.store;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** What one unprivileged domain may use; the exact number is allowed, one more is refused, 0 is no limit. Immutable. */
public final class Limits {

    /** What is counted; names, order and defaults are those of C xenstored 4.22. */
    public enum Kind {
        /** Nodes a domain owns. */
        NODES("nodes", 1000, "Nodes per domain"),
        /** Watches a domain holds. */
        WATCHES("watches", 128, "Watches per domain"),
        /** Replies to one connection that wait to be read; no request is handled meanwhile. */
        OUTSTANDING("outstanding", 20, "Outstanding requests per domain"),
        /** Bytes that all a domain owns and has waiting takes. */
        MEMORY("memory", 2560 << 10, "Total Xenstore memory per domain"),
        /** Bytes from which on there is a warning. */
        SOFT_MEMORY("soft-memory", 2048 << 10, "Total Xenstore memory per domain"),
        /** Transactions a domain holds open. */
        TRANSACTIONS("transactions", 10, "Active transactions per domain"),
        /** Requests in one transaction, and nodes made and removed in it. */
        TRANSACTION_SIZE("transaction-nodes", 1024, "Max. number of accessed nodes per transaction"),
        /** Entries of a permission list. */
        NODE_PERMISSIONS("node-permissions", 5, "Max. number of permissions per node"),
        /** Characters of a path, without its {@code /local/domain/<id>/}. */
        PATH_MAX("path-max", 2048, "Max. length of a node path"),
        /** Bytes of one node: 16, 8 an entry of permissions, value, names of children with a byte each. */
        NODE_SIZE("node-size", 2048, "Max. size of a node");

        private final String key;
        private final int standard;
        private final String description;

        Kind(String key, int standard, String description) {
            this.key = key;
            this.standard = standard;
            this.description = description;
        }

        /**
         * Returns the name on the wire.
         *
         * @return lower case
         */
        public String key() {
            return key;
        }

        /**
         * Returns the limit when none is configured.
         *
         * @return positive
         */
        public int standard() {
            return standard;
        }

        /**
         * Returns what is shown to an administrator.
         *
         * @return a few words
         */
        public String description() {
            return description;
        }

        /**
         * Finds a kind by its name.
         *
         * @param key off the wire
         * @return the kind, or null when there is none
         */
        public static Kind of(String key) {
            for (Kind kind : KINDS) {
                if (kind.key.equals(key)) {
                    return kind;
                }
            }
            return null;
        }
    }

    private static final Kind[] KINDS = Kind.values();
    private static final Limits STANDARD = new Limits(Arrays.stream(KINDS).mapToInt(Kind::standard).toArray());

    private final int[] values;

    private Limits(int[] values) {
        this.values = values;
    }

    /**
     * Returns the limits of C xenstored.
     *
     * @return the defaults
     */
    public static Limits standard() {
        return STANDARD;
    }

    /**
     * Changes one limit.
     *
     * @param kind which
     * @param value the number still allowed, 0 for no limit
     * @return changed limits
     */
    public Limits with(Kind kind, int value) {
        int[] changed = values.clone();
        changed[kind.ordinal()] = value;
        return new Limits(changed);
    }

    /**
     * Returns one limit.
     *
     * @param kind which
     * @return the number still allowed, 0 for no limit
     */
    public int get(Kind kind) {
        return values[kind.ordinal()];
    }

    /** What differs from other limits. */
    Map<Kind, Integer> changedFrom(Limits other) {
        Map<Kind, Integer> changed = new EnumMap<>(Kind.class);
        for (Kind kind : KINDS) {
            if (get(kind) != other.get(kind)) {
                changed.put(kind, get(kind));
            }
        }
        return changed;
    }

    /** With all the limits of a map. */
    Limits with(Map<Kind, Integer> limits) {
        Limits changed = this;
        for (Map.Entry<Kind, Integer> limit : limits.entrySet()) {
            changed = changed.with(limit.getKey(), limit.getValue());
        }
        return changed;
    }

    /**
     * Tells whether so much is too much.
     *
     * @param kind of what
     * @param value how much there would be
     * @return true above the limit
     */
    public boolean exceeds(Kind kind, long value) {
        int limit = values[kind.ordinal()];
        return limit != 0 && value > limit;
    }
}
