package dev.conduit.xenstore.server;

/**
 * What a domain uses of the server now.
 *
 * @param nodes nodes it owns
 * @param watches watches it holds
 * @param transactions transactions it holds open
 * @param connections connections it has
 * @param memory bytes of all of it, as {@link Quota#MEMORY} counts
 */
public record DomainUsage(int nodes, int watches, int transactions, int connections, long memory) {
}
