package dev.conduit.rendezvous.dns;

import org.xbill.DNS.Type;

/**
 * Layout of what a zone holds for a name: a byte of flags, the number of sets (16 bits), then each set: type, number of
 * records, length (16 bits each), and the records as {@link RrSet} has them. A name with no set exists only because there
 * are names below it.
 */
final class ZoneNodes {

    /** The name is delegated: it has NS records and is not the zone's own. */
    static final int CUT = 1;

    /** The name lies below a delegated one; what is here is only glue. */
    static final int BELOW_CUT = 2;

    static final int SETS = 1;
    static final int FIRST_SET = 3;

    static final int SET_TYPE = 0;
    static final int SET_RECORDS = 2;
    static final int SET_LENGTH = 4;
    static final int SET_DATA = 6;

    private ZoneNodes() {}

    static boolean hasSets(byte[] nodes, int node) {
        return Wire.u16(nodes, node + SETS) > 0;
    }

    static boolean is(byte[] nodes, int node, int flag) {
        return (nodes[node] & flag) != 0;
    }

    /** Points the view at the set of a type, {@link Type#ANY} for the first one; false when there is none. */
    static boolean find(byte[] nodes, int node, int type, RrSet view) {
        int at = node + FIRST_SET;
        for (int left = Wire.u16(nodes, node + SETS); left > 0; left--) {
            int length = Wire.u16(nodes, at + SET_LENGTH);
            if (type == Type.ANY || type == Wire.u16(nodes, at + SET_TYPE)) {
                view.set(nodes, at + SET_DATA, length, Wire.u16(nodes, at + SET_RECORDS));
                return true;
            }
            at += SET_DATA + length;
        }
        return false;
    }
}
