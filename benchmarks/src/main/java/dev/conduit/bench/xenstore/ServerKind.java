package dev.conduit.bench.xenstore;

/** The servers that are compared. */
enum ServerKind {
    CONDUIT("conduit", "conduit"),
    C("C xenstored", "c"),
    OCAML("oxenstored", "ocaml");

    private final String label;
    private final String word;

    ServerKind(String label, String word) {
        this.label = label;
        this.word = word;
    }

    /** The name in tables. */
    String label() {
        return label;
    }

    /** The name in file names and for {@code testbed/peers/xenstored}. */
    String word() {
        return word;
    }
}
