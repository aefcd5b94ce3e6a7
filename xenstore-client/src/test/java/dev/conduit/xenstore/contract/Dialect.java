package dev.conduit.xenstore.contract;

import dev.conduit.xenstore.Feature;
import java.util.Set;

/**
 * Where servers differ in what a client can see.
 *
 * @param features what GET_FEATURE answers; none where it is not known
 * @param quotas whether GET_QUOTA and SET_QUOTA are known
 * @param keepsRoot whether removing the root is refused; oxenstored empties the store
 * @param longLists whether lists longer than a message can be had; oxenstored has no way but too long replies on sockets
 * @param helps whether CONTROL help lists the commands; oxenstored answers OK to all it does not know
 */
public record Dialect(Set<Feature> features, boolean quotas, boolean keepsRoot, boolean longLists,
        boolean helps) {

    /** The server of this library. */
    public static final Dialect OURS = new Dialect(Set.of(Feature.values()), true, true, true, true);
    /** Debian's C xenstored. */
    public static final Dialect C_4_17 = new Dialect(Set.of(), false, true, true, true);
    /** Debian's oxenstored. */
    public static final Dialect OXENSTORED_4_17 = new Dialect(Set.of(), false, false, true, false);
    /** The same as guests reach it. */
    public static final Dialect OXENSTORED_4_17_RING = new Dialect(Set.of(), false, false, false, false);
}
