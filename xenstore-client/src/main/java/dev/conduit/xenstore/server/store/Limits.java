package dev.conduit.xenstore.server.store;

/**
 * What one unprivileged domain may use; the exact number is allowed, one more is refused.
 *
 * @param nodes nodes it owns
 * @param nodeSize bytes of one node: 16, 8 an entry of permissions, value, names of children with a byte each
 * @param watches watches it holds
 * @param transactions transactions it holds open
 * @param transactionSize requests in one transaction, and nodes made and removed in it
 * @param nodePermissions entries of a permission list
 * @param pathMax characters of a path, without its {@code /local/domain/<id>/}
 */
public record Limits(int nodes, int nodeSize, int watches, int transactions, int transactionSize,
        int nodePermissions, int pathMax) {
}
