package dev.conduit.xenstore.peer;

import java.util.Arrays;

/** A server the recorded conversation is held with. */
enum Side {
    OURS("ours"), C("c"), OCAML("ocaml");

    private final String key;

    Side(String key) {
        this.key = key;
    }

    /** Its name in the recording. */
    String key() {
        return key;
    }

    static Side of(String key) {
        return Arrays.stream(values()).filter(side -> side.key.equals(key)).findAny().orElseThrow();
    }
}
