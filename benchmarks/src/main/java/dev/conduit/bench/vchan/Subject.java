package dev.conduit.bench.vchan;

/**
 * A row of the tables.
 *
 * @param kind how messages move
 * @param java what the peers run on; not used for those in C
 */
record Subject(Kind kind, JavaHome java) {

    String label() {
        return kind.isConduit() ? label(kind, java.release()) : kind.label();
    }

    static String label(Kind conduit, int release) {
        return conduit.label() + ", Java " + release;
    }
}
