package dev.conduit.bench;

/** The ways to move messages that are compared. */
enum Kind {
    CONDUIT_ZERO_COPY("conduit, zero-copy"),
    CONDUIT_COPY("conduit, copying"),
    CONDUIT_COPY_BATCHED("conduit, copying, batched"),
    UNIX_SOCKET("unix socket"),
    UNIX_SOCKET_BUFFERED("unix socket, 64 KiB writes");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
