package dev.conduit.cli.xenstore;

/** The arguments are not what the tool takes: its usage is to be printed. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;
}
