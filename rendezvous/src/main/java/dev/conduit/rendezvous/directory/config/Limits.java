package dev.conduit.rendezvous.directory.config;

/**
 * What all services together may use.
 *
 * @param boots starts side by side
 * @param memory bytes of all guests together; 0 for no limit
 * @param waiting askers that wait
 * @param prewarmed services that are kept up in advance
 */
public record Limits(int boots, long memory, int waiting, int prewarmed) {

    /** What holds when the file says nothing: 4 boots, any memory, 50,000 askers, 8 prewarmed. */
    public static final Limits DEFAULTS = new Limits(4, 0, 50_000, 8);
}
