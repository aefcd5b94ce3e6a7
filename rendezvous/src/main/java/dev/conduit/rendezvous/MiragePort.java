package dev.conduit.rendezvous;

/** Ports of the older Mirage layout: words (ocaml-vchan, port.ml). */
final class MiragePort {

    private static final int MAX_LENGTH = 64;

    private MiragePort() {}

    static boolean isPort(String text) {
        return text.length() <= MAX_LENGTH && text.matches("[a-zA-Z0-9_-]+");
    }

    static String check(String port) {
        if (!isPort(port)) {
            throw new IllegalArgumentException("Mirage port '" + port.substring(0, Math.min(80, port.length()))
                    + "' is not 1 to " + MAX_LENGTH + " characters of A-Z a-z 0-9 - _");
        }
        return port;
    }
}
