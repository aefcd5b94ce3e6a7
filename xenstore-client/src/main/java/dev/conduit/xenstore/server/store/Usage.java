package dev.conduit.xenstore.server.store;

/**
 * What a domain uses now.
 *
 * @param nodes nodes it owns
 * @param watches watches it holds
 * @param transactions transactions it holds open
 * @param connections connections it has
 * @param memory bytes of all of it, as the memory quota counts
 */
public record Usage(int nodes, int watches, int transactions, int connections, long memory) {
}
