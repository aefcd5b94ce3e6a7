package dev.conduit.rendezvous.dns;

/** What a zone has for a name. Used over and over. */
final class ZoneMatch {

    enum Kind {
        /** The name itself is there; it may own nothing. */
        NAME,
        /** A wildcard covers it. */
        WILDCARD,
        /** It lies in a delegated part. */
        DELEGATED,
        /** Nothing. */
        NONE
    }

    private Kind kind;
    private int node;
    private int label;

    ZoneMatch set(Kind what, int offset, int firstLabel) {
        kind = what;
        node = offset;
        label = firstLabel;
        return this;
    }

    Kind kind() {
        return kind;
    }

    /** Offset of the node in the zone's bytes; none for {@link Kind#NONE}. */
    int node() {
        return node;
    }

    /** How many of the name's first labels do not belong to the node's name, or to that of the closest one there is. */
    int label() {
        return label;
    }
}
