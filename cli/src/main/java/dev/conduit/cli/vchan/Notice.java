package dev.conduit.cli.vchan;

/** What a serving command says while it runs: on standard error, a line each, as the command's errors are. */
final class Notice {

    private Notice() {}

    static void say(String text) {
        System.err.println("conduit: " + text);
    }
}
